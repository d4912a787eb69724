#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/commands.hpp"
#include "cli/team.hpp"

int main(int argc, char** argv) {
  using namespace exogene::cli;
  if (launched() > 1) {  // which would know nothing of each other: the program beside this one takes over
    const auto together = std::filesystem::read_symlink("/proc/self/exe").string() + "-mpi";
    execv(together.c_str(), argv);
    fmt::print(stderr, "exogene: started {} times, but there is no {}; scripts/setup --mpi builds it\n", launched(),
               together);
    return 1;
  }
  return command_line(argc, argv, {});
}

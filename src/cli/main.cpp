#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/team.hpp"

namespace {

/// Whether mpirun has started several of this program.
bool is_one_of_several() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* size = std::getenv(name); size != nullptr && std::string_view(size) != "1") return true;
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (is_one_of_several()) {  // which would know nothing of each other: the program beside this one takes over
    const auto together = std::filesystem::read_symlink("/proc/self/exe").string() + "-mpi";
    execv(together.c_str(), argv);
    fmt::print(stderr, "exogene: it was started by mpirun, but there is no {}; scripts/setup --mpi builds it\n",
               together);
    return 1;
  }
  return exogene::cli::command_line(argc, argv, {});
}

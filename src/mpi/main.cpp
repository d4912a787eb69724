#include <fmt/format.h>

#include <boost/mpi.hpp>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/team.hpp"

// exogene under mpirun: each rank searches with all of the experiment and does a part of the work. Only the main thread
// calls MPI.
int main(int argc, char** argv) {
  namespace mpi = boost::mpi;
  const mpi::environment environment(argc, argv, mpi::threading::funneled);
  const mpi::communicator world;
  if (world.size() == 1 && exogene::cli::launched() > 1) {  // each alone, and all after the same history
    fmt::print(stderr,
               "exogene: started {} times, but MPI knows of one; expected Open MPI's mpirun, or srun --mpi=pmix\n",
               exogene::cli::launched());
    return 1;
  }
  exogene::cli::Team team;
  team.size = static_cast<std::size_t>(world.size());
  team.rank = static_cast<std::size_t>(world.rank());
  if (team.rank != 0) {
    team.name = fmt::format("exogene, rank {} on {}", team.rank, mpi::environment::processor_name());
    if (std::freopen("/dev/null", "w", stdout) == nullptr) world.abort(1);
  }
  team.all = [&](const std::string& ours) {
    std::vector<std::string> texts;
    mpi::all_gather(world, ours, texts);
    return texts;
  };
  team.give_up = [&](int code) { world.abort(code); };
  return exogene::cli::command_line(argc, argv, team);
}

#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"

namespace exogene::cli {

/// The processes that search together; by default this one alone. The first one writes the history and prints.
struct Team {
  std::size_t size = 1;
  std::size_t rank = 0;          ///< of this process
  std::string name = "exogene";  ///< of this process, in its errors
  /// What each process says, by rank; waits for all. Called at the same points by all.
  std::function<std::vector<std::string>(std::string)> all = [](std::string ours) {
    return std::vector{std::move(ours)};
  };
  std::function<void(int code)> give_up = [](int) {};  ///< ends all processes
};

/// How many of this program mpirun or srun say that they have started; 1 without them.
std::size_t launched();

/// What `make` gives in the first process, which alone calls it.
std::string of_first(const Team& team, const std::function<std::string()>& make);

/// InputError for an experiment that several processes cannot search together.
void check(const Team& team, const Experiment& experiment);

/// EnvironmentError when this process and the first one have not the same `versions` of the tools.
void check(const Team& team, const std::map<std::string, std::string>& versions);

}  // namespace exogene::cli

#include "cli/team.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "eval/process.hpp"
#include "genome/yaml.hpp"

namespace exogene::cli {

std::size_t launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"})
    if (const char* count = std::getenv(name)) return std::strtoul(count, nullptr, 10);
  return 1;
}

std::string of_first(const Team& team, const std::function<std::string()>& make) {
  return team.all(team.rank == 0 ? make() : std::string()).front();
}

void check(const Team& team, const Experiment& experiment) {
  if (team.size > 1 && experiment.llm)
    throw InputError(
        fmt::format("experiment {}: key 'llm' takes one process, which keeps the budget; expected 1 rank, not {}",
                    experiment.name, team.size));
}

void check(const Team& team, const std::map<std::string, std::string>& versions) {
  using Versions = std::map<std::string, std::string>;
  const auto first =
      nlohmann::json::parse(of_first(team, [&] { return nlohmann::json(versions).dump(); })).get<Versions>();
  for (const auto& [tool, version] : first)
    if (const auto here = versions.find(tool); here == versions.end() || here->second != version)
      throw EnvironmentError(fmt::format("{} is '{}', but '{}' on rank 0; expected the same tools on every machine",
                                         tool, here == versions.end() ? "missing" : here->second, version));
}

}  // namespace exogene::cli

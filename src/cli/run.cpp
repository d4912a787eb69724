#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/searching.hpp"
#include "cli/summary.hpp"
#include "genome/yaml.hpp"

namespace exogene::cli {
namespace {

namespace fs = std::filesystem;

fs::path free_path(const fs::path& folder, const std::string& name) {
  for (int number = 1;; ++number) {
    const auto path = folder / (number == 1 ? name + ".h5" : fmt::format("{}-{}.h5", name, number));
    if (!fs::exists(path)) return path;
  }
}

}  // namespace

int run(const RunOptions& options, const Team& team) {
  const auto tools = find_tools();
  const auto alphabet = Alphabet::load(alphabet_path(tools));
  const auto experiment = load_experiment(options.experiment, options.overrides, alphabet, metric_names());
  check(tools);
  check(team, experiment);
  const fs::path path = of_first(team, [&] {
    const auto chosen =
        options.output.empty() ? free_path(tools.root / "populations", experiment.name) : options.output;
    if (fs::exists(chosen))
      throw InputError(
          fmt::format("{}: there is such a file already; resume it, or name another with --output", chosen.string()));
    remove_journals(chosen);  // of a history that is no more
    return chosen.string();
  });
  Questions questions(experiment, options.replay, alphabet);
  fmt::print("{}: {} on {}, {}, {}, seed {}\nStarting the tools ...", experiment.name, experiment.kernel.name,
             experiment.accelerator.name, experiment.search.algorithm, limits_text(experiment), experiment.seed);
  std::fflush(stdout);
  Lanes lanes(tasks_of(experiment));
  fmt::print(" {}. History: {}\n", lanes_text(lanes, team), typed(path));
  std::fflush(stdout);
  check(team, lanes.versions);
  std::optional<HistoryWriter> writer;
  if (team.rank == 0) writer.emplace(path, RunInfo{to_text(experiment), lanes.versions});
  return search_on(experiment, alphabet, path, std::move(writer), Lineage(objectives(experiment.objectives)), lanes, {},
                   questions, team);
}

}  // namespace exogene::cli

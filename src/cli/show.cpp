#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/summary.hpp"
#include "eval/tools.hpp"
#include "history/compare.hpp"

namespace exogene::cli {

int show_best(const std::filesystem::path& history) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  const auto recorded = read_recorded(history, alphabet);
  const auto generations = recorded.lineage.generations();
  fmt::print("{}: {} on {}, {}, generation {} ({}), {} individuals\n\n", recorded.experiment.name,
             recorded.experiment.kernel.name, recorded.experiment.accelerator.name,
             recorded.experiment.search.algorithm, generations == 0 ? "none" : std::to_string(generations - 1),
             limits_text(recorded.experiment), grouped(recorded.history.individuals.size()));
  print_summary(recorded.experiment, recorded.lineage);
  return 0;
}

int compare(const std::filesystem::path& first, const std::filesystem::path& second) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  const auto a = read_history(first, alphabet);
  if (const auto difference = first_difference(a, read_history(second, alphabet))) {
    fmt::print("{}\n", *difference);
    return 1;
  }
  fmt::print("The same search: {} generations, {} individuals.\n", a.generations.size(), a.individuals.size());
  return 0;
}

}  // namespace exogene::cli

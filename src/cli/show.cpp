#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/summary.hpp"
#include "cli/tables.hpp"
#include "eval/tools.hpp"
#include "history/compare.hpp"

namespace exogene::cli {

namespace {

struct Entry {
  std::string_view name;
  std::string_view help;
  void (*print)(const Recorded&);
};

/// A view that needs no more than the individuals.
template <void (*print)(const Experiment&, const Lineage&)>
void of_lineage(const Recorded& recorded) {
  print(recorded.experiment, recorded.lineage);
}

constexpr std::array<Entry, 6> entries{{
    {"best", "the best schedule beside the curated ones", of_lineage<print_summary>},
    {"operators", "what each operator did", print_operators},
    {"front", "schedules that no other beats in all objectives", of_lineage<print_front>},
    {"archive", "the best schedule of each use of the accelerator", of_lineage<print_archive>},
    {"surrogate", "how well the surrogate predicted", of_lineage<print_surrogate>},
    {"proposals", "what became of the proposals of LLMs", print_proposals},
}};

}  // namespace

const std::vector<std::pair<std::string, std::string>>& views() {
  static const auto all = [] {
    std::vector<std::pair<std::string, std::string>> result;
    for (const auto& entry : entries) result.emplace_back(entry.name, entry.help);
    return result;
  }();
  return all;
}

int show(const std::filesystem::path& history, const std::string& view) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  const auto recorded = read_recorded(history, alphabet);
  const auto generations = recorded.lineage.generations();
  fmt::print("{}: {} on {}, {}, generation {} ({}), {} individuals\n\n", recorded.experiment.name,
             recorded.experiment.kernel.name, recorded.experiment.accelerator.name,
             recorded.experiment.search.algorithm, generations == 0 ? "none" : std::to_string(generations - 1),
             limits_text(recorded.experiment), grouped(recorded.history.individuals.size()));
  std::ranges::find(entries, view, &Entry::name)->print(recorded);
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

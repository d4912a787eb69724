#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "cli/summary.hpp"
#include "history/journal.hpp"
#include "search/budget.hpp"

namespace exogene::cli {

int resume(const ResumeOptions& options) {
  const auto& path = options.history;
  const auto tools = find_tools();
  const auto alphabet = Alphabet::load(alphabet_path(tools));
  auto [history, experiment, lineage] = read_recorded(path, alphabet);
  const auto done = lineage.generations();  // with generation 0
  if (options.generations) {
    experiment.search.generations = (done == 0 ? 0 : done - 1) + *options.generations;
    experiment.budget = {};  // so many are asked for, whatever they take
  }
  if (const auto reason = reason_to_end(lineage, experiment)) {
    fmt::print("{}: {}; ask for more with --generations\n", typed(path), *reason);
    return 0;
  }
  check(tools);
  const auto finished = read_journal(journal_path(path));
  Questions questions(experiment, options.replay, alphabet);
  questions.resume(history.proposals, finished.exchanges);
  fmt::print("{}: {} complete generations, {} evaluations of the next one; {}\nStarting the tools ...", experiment.name,
             done, finished.evaluations.size(), limits_text(experiment));
  std::fflush(stdout);
  Lanes lanes(tasks_of(experiment));
  fmt::print(" {} lanes.\n", lanes.lanes.size());
  std::fflush(stdout);
  for (const auto& [tool, version] : history.info.versions)
    if (const auto now = lanes.versions.find(tool); now == lanes.versions.end() || now->second != version)
      fmt::print("Warning: {} was '{}' and is '{}': results may not agree\n", tool, version,
                 now == lanes.versions.end() ? "missing" : now->second);
  if (lanes.caches.size() == 1)  // what several cases gave is no result of the first one's C
    for (const auto& individual : history.individuals)
      if (individual.evaluation.status != Status::not_proven) lanes.caches[0].keep(individual.evaluation);
  history.info.experiment = to_text(experiment);
  auto writer = HistoryWriter::resume(path, history);
  return search_on(experiment, alphabet, path, std::move(writer), std::move(lineage), lanes, finished, questions);
}

}  // namespace exogene::cli

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "cli/summary.hpp"
#include "history/journal.hpp"
#include "search/budget.hpp"

namespace exogene::cli {

int resume(const ResumeOptions& options, const Team& team) {
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
    if (team.rank == 0) remove_journals(path);  // it was killed between its last generation and its end
    fmt::print("{}: {}; ask for more with --generations\n", typed(path), *reason);
    return 0;
  }
  check(tools);
  check(team, experiment);
  Journaled finished;
  for (const auto& of_one : journals_of(path)) {
    auto journal = read_journal(of_one);
    finished.evaluations.merge(journal.evaluations);
    finished.proofs.merge(journal.proofs);
    finished.exchanges.merge(journal.exchanges);
  }
  Questions questions(experiment, options.replay, alphabet);
  questions.resume(history.proposals, finished.exchanges);
  fmt::print("{}: {} complete generations, {} evaluations of the next one; {}\nStarting the tools ...", experiment.name,
             done, finished.evaluations.size(), limits_text(experiment));
  std::fflush(stdout);
  Lanes lanes(tasks_of(experiment));
  fmt::print(" {}.\n", lanes_text(lanes, team));
  std::fflush(stdout);
  for (const auto& [tool, version] : history.info.versions)
    if (const auto now = lanes.versions.find(tool); now == lanes.versions.end() || now->second != version)
      fmt::print("Warning: {} was '{}' and is '{}': results may not agree\n", tool, version,
                 now == lanes.versions.end() ? "missing" : now->second);
  for (const auto& individual : history.individuals) lanes.keep(individual.evaluation);
  history.info.experiment = to_text(experiment);
  check(team, lanes.versions);  // all have read the history when this returns
  std::optional<HistoryWriter> writer;
  if (team.rank == 0) writer = HistoryWriter::resume(path, history);
  return search_on(experiment, alphabet, path, std::move(writer), std::move(lineage), lanes, finished, questions, team);
}

}  // namespace exogene::cli

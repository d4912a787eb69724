#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "history/journal.hpp"

namespace exogene::cli {

int resume(const ResumeOptions& options) {
  const auto& path = options.history;
  const auto tools = find_tools();
  const auto alphabet = Alphabet::load(alphabet_path(tools));
  auto [history, experiment, lineage] = read_recorded(path, alphabet);
  const auto done = lineage.generations();  // with generation 0
  if (options.generations) experiment.search.generations = (done == 0 ? 0 : done - 1) + *options.generations;
  if (done > experiment.search.generations) {
    fmt::print("{}: all {} generations are there; ask for more with --generations\n", typed(path), done - 1);
    return 0;
  }
  check(tools);
  const auto finished = read_journal(journal_path(path));
  Questions questions(experiment, options.replay, alphabet);
  questions.resume(history.proposals, read_exchanges(journal_path(path)));
  fmt::print("{}: {} complete generations, {} evaluations of the next one; up to generation {}\nStarting the tools ...",
             experiment.name, done, finished.size(), experiment.search.generations);
  std::fflush(stdout);
  Lanes lanes(task_of(experiment));
  fmt::print(" {} lanes.\n", lanes.lanes.size());
  std::fflush(stdout);
  for (const auto& [tool, version] : history.info.versions)
    if (const auto now = lanes.versions.find(tool); now == lanes.versions.end() || now->second != version)
      fmt::print("Warning: {} was '{}' and is '{}': results may not agree\n", tool, version,
                 now == lanes.versions.end() ? "missing" : now->second);
  for (const auto& individual : history.individuals) lanes.cache.keep(individual.evaluation);
  history.info.experiment = to_text(experiment);
  auto writer = HistoryWriter::resume(path, history);
  return search_on(experiment, alphabet, path, std::move(writer), std::move(lineage), lanes, finished, questions);
}

}  // namespace exogene::cli

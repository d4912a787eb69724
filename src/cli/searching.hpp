#pragma once
#include <filesystem>
#include <map>
#include <optional>

#include "cli/questions.hpp"
#include "cli/team.hpp"
#include "eval/case_lane.hpp"
#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "history/journal.hpp"
#include "history/writer.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// Evaluation lanes, as many as OpenMP has threads, with what they share.
struct Lanes {
  explicit Lanes(const std::vector<Task>& tasks);

  /// Knows an evaluation that was made elsewhere.
  void keep(const Evaluation& evaluation);

  std::deque<ResultCache> caches;  ///< by case
  std::vector<std::unique_ptr<CaseLane>> lanes;
  std::map<std::string, std::string> versions;  ///< all children are up when it is known
};

/// Of the experiment's first case.
Task task_of(const Experiment& experiment);

/// Of each of its cases.
std::vector<Task> tasks_of(const Experiment& experiment);

/// How many there are.
std::string lanes_text(const Lanes& lanes, const Team& team);

/// Of the journal that belongs to a history: one for each process.
std::filesystem::path journal_path(const std::filesystem::path& history, std::size_t rank);

/// Those that there are, by however many processes.
std::vector<std::filesystem::path> journals_of(const std::filesystem::path& history);
void remove_journals(const std::filesystem::path& history);

/// Whether a signal asked the program to stop.
bool is_stopping();

/// Searches on until a limit of the experiment or a signal to stop, and says how it went. The first process of the team
/// has the `writer`; `finished` is what a killed run has already made.
int search_on(const Experiment& experiment, const Alphabet& alphabet, const std::filesystem::path& path,
              std::optional<HistoryWriter> writer, Lineage lineage, Lanes& lanes, const Journaled& finished,
              Questions& questions, const Team& team);

}  // namespace exogene::cli

#pragma once
#include <filesystem>
#include <map>

#include "cli/questions.hpp"
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

  std::deque<ResultCache> caches;  ///< by case
  std::vector<std::unique_ptr<CaseLane>> lanes;
  std::map<std::string, std::string> versions;  ///< all children are up when it is known
};

/// Of the experiment's first case.
Task task_of(const Experiment& experiment);

/// Of each of its cases.
std::vector<Task> tasks_of(const Experiment& experiment);

/// Of the journal that belongs to a history.
std::filesystem::path journal_path(const std::filesystem::path& history);

/// Whether a signal asked the program to stop.
bool is_stopping();

/// Searches on until a limit of the experiment or a signal to stop, and says how it went. `finished` is what a killed
/// run has already made.
int search_on(const Experiment& experiment, const Alphabet& alphabet, const std::filesystem::path& path,
              HistoryWriter writer, Lineage lineage, Lanes& lanes, const Journaled& finished, Questions& questions);

}  // namespace exogene::cli

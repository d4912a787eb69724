#pragma once
#include <filesystem>
#include <map>

#include "cli/questions.hpp"
#include "eval/evaluator.hpp"
#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "history/writer.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// Evaluation lanes, as many as OpenMP has threads, with what they share.
struct Lanes {
  explicit Lanes(const Task& task);

  ResultCache cache;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::map<std::string, std::string> versions;  ///< all children are up when it is known
};

Task task_of(const Experiment& experiment);

/// Of the journal that belongs to a history.
std::filesystem::path journal_path(const std::filesystem::path& history);

/// Whether a signal asked the program to stop.
bool is_stopping();

/// Searches on until the experiment's number of generations or a signal to stop, and says how it went. `finished` are
/// evaluations that a killed run has already made.
int search_on(const Experiment& experiment, const Alphabet& alphabet, const std::filesystem::path& path,
              HistoryWriter writer, Lineage lineage, Lanes& lanes, const std::map<Hash, Evaluation>& finished,
              Questions& questions);

}  // namespace exogene::cli

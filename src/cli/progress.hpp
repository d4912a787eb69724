#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "eval/evaluation.hpp"
#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// Tells a person how a run is doing: on a terminal one line that is written anew, and one that stays whenever the best
/// gets better; elsewhere one line a generation.
class Progress {
 public:
  /// Of a search that goes on from `lineage`.
  Progress(const Experiment& experiment, const Lineage& lineage);

  /// The evaluation of a genome has ended; said again, it counts once. For any thread.
  void evaluated(const Hash& genome, const Evaluation& evaluation);

  /// A generation is in the history and in the lineage.
  void finished(std::uint32_t generation, const Lineage& lineage);

  /// Says what kept models from answering the questions of a generation: of each model the first failure, that it is
  /// not asked again, and that the budget is spent, once each.
  void asked(const Generation& generation);

  /// Ends the line that is written anew.
  void close();

  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }
  [[nodiscard]] double seconds() const;

 private:
  std::string line(std::uint32_t generation) const;
  void redraw();

  const Experiment& experiment_;
  bool terminal_;
  double first_share_;        ///< of the search that was done at the start
  double share_;              ///< done
  std::uint32_t generation_;  ///< under way
  std::string budget_;        ///< what is spent of it
  std::uint64_t evaluations_ = 0;
  std::set<std::tuple<std::string, Outcome, bool>> told_;  ///< of models: by name, outcome and whether it was asked
  std::set<Hash> evaluated_;                               ///< in the generation under way
  std::vector<std::uint64_t> by_status_;
  std::string best_ = "none yet";
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_;
  std::mutex mutex_;
};

}  // namespace exogene::cli

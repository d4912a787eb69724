#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "eval/evaluation.hpp"
#include "experiment/experiment.hpp"
#include "search/individual.hpp"

namespace exogene::cli {

/// Tells a person how a run is doing: on a terminal one line that is written anew, and one that stays whenever the best
/// gets better; elsewhere one line a generation.
class Progress {
 public:
  /// Of generations `first` to that of the experiment, both included.
  Progress(const Experiment& experiment, std::uint32_t first);

  /// An evaluation has ended. For any thread.
  void evaluated(const Evaluation& evaluation);

  /// A generation is in the history; `best` is the best individual so far.
  void finished(const Generation& generation, const Individual& best);

  /// Ends the line that is written anew.
  void close();

  [[nodiscard]] std::uint64_t evaluations() const { return evaluations_; }
  [[nodiscard]] double seconds() const;

 private:
  std::string line(std::uint32_t generation) const;
  void redraw();

  const Experiment& experiment_;
  bool terminal_;
  std::uint32_t first_;
  std::uint32_t generation_;  ///< under way
  std::uint64_t evaluations_ = 0;
  std::vector<std::uint64_t> by_status_;
  std::string best_ = "none yet";
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point drawn_;
  std::mutex mutex_;
};

}  // namespace exogene::cli

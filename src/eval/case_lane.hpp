#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/evaluator.hpp"

namespace exogene {

/// A lane for each case of an experiment. For one thread at a time.
class CaseLane {
 public:
  /// One cache a task.
  CaseLane(const std::vector<Task>& tasks, std::deque<ResultCache>& caches);

  /// Evaluates the cases in order, up to the first that is not ok; its reason then names the case.
  Evaluation evaluate(std::span<const Gene> genes);

  /// Proves the genome for the cases in order, up to the first that it is not proven for; its reason then names the
  /// case. The hash of the C is the first case's.
  Evaluation prove(std::span<const Gene> genes);

  /// Of the first case.
  std::optional<Sites> sites(std::span<const Gene> genes) { return lanes_.front()->sites(genes); }
  std::optional<std::string> text(std::span<const Gene> genes) { return lanes_.front()->text(genes); }
  std::optional<std::size_t> refused(std::span<const Gene> genes) { return lanes_.front()->refused(genes); }
  std::optional<Features> features(std::span<const Gene> genes) { return lanes_.front()->features(genes); }

  /// Of the first case; what another one has besides is called e.g. `kernel of NAME`.
  std::map<std::string, std::string> versions();

 private:
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace exogene

#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace exogene {

/// Adaptive pursuit of operators: D. Thierens, "An adaptive pursuit strategy for allocating operator probabilities",
/// GECCO 2005. An estimate of each operator's reward follows what it earns; the probabilities chase the state in which
/// the operator of the greatest estimate has all that the floors of the others leave.
class Pursuit {
 public:
  /// Starts with these probabilities, one or more, which sum to 1; those below the floor, 1 / (2 * operators), are
  /// raised to it at the cost of the others.
  explicit Pursuit(const std::vector<double>& probabilities);

  /// One step: what each operator earned, 0 or more; nullopt for one that had no chance to. Of equal estimates the
  /// first operator leads; as long as nothing was earned, probabilities stay.
  void reward(const std::vector<std::optional<double>>& rewards);

  [[nodiscard]] const std::vector<double>& probabilities() const { return probabilities_; }
  [[nodiscard]] double floor() const { return 0.5 / static_cast<double>(probabilities_.size()); }

 private:
  std::vector<double> probabilities_;
  std::vector<double> estimates_;
};

}  // namespace exogene

#pragma once
#include <cstddef>
#include <optional>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"
#include "search/ridge.hpp"

namespace exogene {

/// So many different programs that are right are needed to learn from.
inline constexpr std::size_t least_right_programs = 50;

/// Predicts what an evaluation would give from the features of a schedule, as the lineage so far teaches it.
///
/// Two ridge regressions on log(1 + feature): of the logarithm of the first objective, from the individuals that are
/// right, and of 1 for right and 0 for not, from all that decoded. Each program counts once.
class SurrogateModel {
 public:
  /// nullopt when the lineage has fewer than least_right_programs with features.
  static std::optional<SurrogateModel> learnt(const Lineage& lineage, const Experiment& experiment);

  [[nodiscard]] Prediction predict(const Features& features) const;

 private:
  SurrogateModel(Ridge objective, Ridge right) : objective_(std::move(objective)), right_(std::move(right)) {}

  Ridge objective_;
  Ridge right_;
};

inline bool is_probably_right(const Prediction& prediction) {
  return prediction.right >= 0.5;
}

}  // namespace exogene

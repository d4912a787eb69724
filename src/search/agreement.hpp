#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene {

/// How well a surrogate predicted programs that it did not know.
struct Agreement {
  std::size_t predicted = 0;          ///< programs
  std::size_t right = 0;              ///< of these
  std::size_t mistaken = 0;           ///< of these: predicted to be right and not so, or the other way round
  std::optional<double> correlation;  ///< of ranks, of those that are right; none below three, or when all are equal
  double error = 0;                   ///< median of |predicted / measured - 1| of those that are right
};

/// Of each generation, from 0 on, and behind them of all together. Each program counts once, when it was new.
std::vector<Agreement> agreements(const Lineage& lineage, const Experiment& experiment);

/// Spearman's coefficient, equal values sharing the mean of their ranks: from -1 to 1; nullopt for fewer than three
/// pairs, and when one side is all equal. Both have the same length.
std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace exogene

#pragma once
#include <cstddef>
#include <functional>
#include <vector>

#include "experiment/experiment.hpp"
#include "operators/random.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// Gives a child its genome, parents and operation; its id, generation and slot are set. For any lane.
using Proposer = std::function<void(Individual& child, std::size_t lane, Random& random)>;

/// The individuals of the next generation, without their evaluations.
///
/// Each child is proposed with a random stream of its own. A child that is a duplicate of a known genome, be it in the
/// lineage or in the same generation, is proposed again, as often as the experiment's `retries`; after that it stays.
class Nursery {
 public:
  /// All three must outlive it.
  Nursery(const Lineage& lineage, const Experiment& experiment, const Workbench& workbench)
      : lineage_(lineage), experiment_(experiment), workbench_(workbench) {}

  /// The experiment's curated genomes, in its order: the first of generation 0.
  [[nodiscard]] std::vector<Individual> curated() const;

  /// `first` and children behind them, `count` individuals in all.
  [[nodiscard]] std::vector<Individual> born(const std::vector<Individual>& first, std::size_t count,
                                             const Proposer& propose) const;

 private:
  [[nodiscard]] Individual newborn(std::size_t slot) const;

  const Lineage& lineage_;
  const Experiment& experiment_;
  const Workbench& workbench_;
};

}  // namespace exogene

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

/// Gives a child its genome, parents and operation; its id, generation, slot, island and retries are set. For any lane.
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

  /// The experiment's curated genomes, in its order, from that slot on: in generation 0, the first are in front.
  [[nodiscard]] std::vector<Individual> curated(std::size_t slot = 0, std::uint32_t island = 0) const;

  /// An individual without a genome.
  [[nodiscard]] Individual newborn(std::size_t slot, std::uint32_t island = 0) const;

  /// Proposes a child for each of the places that has no operation yet; places are in order of slots.
  [[nodiscard]] std::vector<Individual> born(std::vector<Individual> places, const Proposer& propose) const;

  /// `first` and children behind them, `count` individuals in all.
  [[nodiscard]] std::vector<Individual> born(const std::vector<Individual>& first, std::size_t count,
                                             const Proposer& propose) const;

 private:
  const Lineage& lineage_;
  const Experiment& experiment_;
  const Workbench& workbench_;
};

}  // namespace exogene

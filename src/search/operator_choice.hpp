#pragma once
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene {

/// The operators of an experiment, crossover among them if it has a probability, and how probable each is for the
/// children of the next generation.
///
/// With adaptive pursuit each generation is one step, in which an operator earns its best gain over the last 50 new
/// genomes that it made: the greatest recent gain at the same cost for all operators (extreme values as in A. Fialho,
/// L. Da Costa, M. Schoenauer, M. Sebag, "Extreme value based adaptive operator selection", PPSN 2008).
struct OperatorShares {
  std::vector<std::string> names;
  std::vector<double> probabilities;
};
OperatorShares operator_shares(const Lineage& lineage, const Experiment& experiment);

}  // namespace exogene

#pragma once
#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene {

/// Enters what each individual of an evaluated generation, which is not yet part of the lineage, gained over its
/// parents, which are.
///
/// Over one parent it is the share by which its score is better in the objective that decides: the first that differs
/// or, with nsga2, the one in which it gained most. It is 0 when that is worse, and 1 over a parent that is not right.
/// What counts is the parent over which it gained least. 0 for what is not right, has no parent, or is no new genome.
void enter_gains(Generation& generation, const Lineage& lineage, const Experiment& experiment);

}  // namespace exogene

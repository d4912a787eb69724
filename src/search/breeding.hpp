#pragma once
#include <vector>

#include "search/algorithm.hpp"
#include "search/nursery.hpp"

namespace exogene {

/// Children of one or two parents from their own island, by the operators of the experiment: without a choice of them,
/// by crossover with the experiment's probability or else a mutation in fixed shares. An operator that is not possible
/// gives a copy of the parent.
///
/// A parent comes from the archive with the experiment's probability; else it wins a tournament among the individuals
/// alive that are right, or among all when none is, or is chosen by lexicase among those that are right. On an island
/// that has `founders`, in generation 0 or when it starts anew, it is any of them. All other arguments must outlive the
/// result.
Proposer breeding(std::vector<Individual> founders, const Lineage& lineage, const Experiment& experiment,
                  const Alphabet& alphabet, const Workbench& workbench);

/// Makes the child a mutant of the parent; a copy of it when the mutation is not possible.
void make_mutant(Individual& child, const Individual& parent, const Alphabet& alphabet, const Workbench& workbench,
                 std::size_t lane, Random& random);

}  // namespace exogene

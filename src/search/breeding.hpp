#pragma once
#include <cstddef>
#include <vector>

#include "operators/random.hpp"
#include "search/algorithm.hpp"

namespace exogene {

/// The next generation, evaluated; its population is still empty. Places that have no operation yet get children of one
/// or two parents from their own island, by the operators of the experiment: without a choice of them, by crossover
/// with the experiment's probability or else a mutation in fixed shares. An operator that is not possible gives a copy
/// of the parent. With LLMs in the experiment, a mutation asks one with probability `share`, once for a place; when
/// that gives no new genome, the mutation that was drawn takes its place.
///
/// A parent comes from the archive with the experiment's probability; else it wins a tournament among the individuals
/// alive that are right, or among all when none is, or is chosen by lexicase among those that are right. nullopt when
/// the workbench was stopped on the way.
std::optional<Generation> bred(std::vector<Individual> places, const Lineage& lineage, const Experiment& experiment,
                               const Alphabet& alphabet, const Workbench& workbench);

/// Makes the child a mutant of the parent; a copy of it when the mutation is not possible.
void make_mutant(Individual& child, const Individual& parent, const Alphabet& alphabet, const Workbench& workbench,
                 std::size_t lane, Random& random);

}  // namespace exogene

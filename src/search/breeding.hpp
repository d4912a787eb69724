#pragma once
#include <vector>

#include "search/algorithm.hpp"
#include "search/nursery.hpp"

namespace exogene {

/// Children by crossover of two parents, with the experiment's probability, or mutation of one. Parents win a
/// tournament among the individuals alive that are right, or among all when none is; in generation 0 they are any of
/// the `founders`. All other arguments must outlive the result.
Proposer breeding(std::vector<Individual> founders, const Lineage& lineage, const Experiment& experiment,
                  const Alphabet& alphabet, const Workbench& workbench);

/// Makes the child a mutant of the parent; a copy of it when the mutation is not possible.
void make_mutant(Individual& child, const Individual& parent, const Alphabet& alphabet, const Workbench& workbench,
                 std::size_t lane, Random& random);

/// The population of generation 0, evaluated: the curated genomes and children of them, `population` in all or more
/// when the curated ones are.
std::optional<Generation> first_population(const Lineage& lineage, const Experiment& experiment,
                                           const Alphabet& alphabet, const Workbench& workbench);

}  // namespace exogene

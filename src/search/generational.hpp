#pragma once
#include <optional>

#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// The generation after those in `lineage`, by a generational algorithm with elitism and tournament selection (Eiben
/// and Smith, Introduction to Evolutionary Computing, 2nd ed., ch. 5).
///
/// Generation 0 is the curated genomes, in the order of the experiment, and mutants of them up to the size of the
/// population. In each later one the elites live on, and all other places go to children. A child that is a duplicate
/// of a known genome is proposed again, `retries` times; one that stays a duplicate takes the known evaluation.
/// With LLMs in the experiment, a mutation asks one with probability `share`, from generation 1 on, once for
/// a child; when that gives no new genome, another mutation takes its place.
/// The result depends on the experiment, the lineage and the models' replies alone, not on the number of lanes. nullopt
/// when the workbench was stopped on the way.
std::optional<Generation> next_generation(const Lineage& lineage, const Experiment& experiment,
                                          const Alphabet& alphabet, const Workbench& workbench);

}  // namespace exogene

#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// A generational algorithm with elitism and tournament selection (Eiben and Smith, Introduction to Evolutionary
/// Computing, 2nd ed., ch. 5).
///
/// Generation 0 is the curated genomes and children of them, up to the size of the population. In each later one the
/// elites live on, and all other places go to children.
std::optional<Generation> generational(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                       const Workbench& workbench);

}  // namespace exogene

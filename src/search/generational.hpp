#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// A generational algorithm with elitism and tournament selection (Eiben and Smith, Introduction to Evolutionary
/// Computing, 2nd ed., ch. 5), on one or more islands.
///
/// Generation 0 is the curated genomes, on each island. In each later one the elites live on, and all other places go
/// to migrants and children. An island that starts anew has a generation like the first. With nsga2, survivors are the
/// best by the crowded comparison of all old and young, and the generation has the front of all so far.
std::optional<Generation> generational(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                       const Workbench& workbench);

}  // namespace exogene

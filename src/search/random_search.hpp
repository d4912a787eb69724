#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// Random search: each individual is a walk from one of the curated genomes, of 1 to `genes` drawn genes that decode.
/// Nothing is learned. Alive is the best one only.
std::optional<Generation> random_search(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                        const Workbench& workbench);

}  // namespace exogene

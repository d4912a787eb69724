#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// Hill climbing with restarts.
///
/// Each generation is a batch of mutants of the schedule that the climb has reached; it goes on from the first or the
/// best of those that are better. After `patience` batches without one, a batch of fresh starts is made: curated
/// genomes, each after 1 to `perturbation` mutations. The climb begins anew at the best of these, and if none is right
/// there is another such batch. Alive is the best of all climbs.
std::optional<Generation> hill_climbing(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                        const Workbench& workbench);

}  // namespace exogene

#pragma once
#include <cstdint>
#include <vector>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"
#include "search/nursery.hpp"

namespace exogene {

std::uint32_t island_count(const Experiment& experiment);

/// Ids of those alive on an island, best first.
std::vector<std::int64_t> population(const Lineage& lineage, std::uint32_t island);

/// Whether the island starts anew with the next generation: nobody lives there, or its best was born `stagnation`
/// complete generations before the last one and another island has the best of all.
bool starts_anew(const Lineage& lineage, const Experiment& experiment, std::uint32_t island);

/// Copies, for the slots from `slot` on, of the best of the island before in the ring, those that live here already
/// left out; none in generations that are not one of migration.
std::vector<Individual> migrants(const Lineage& lineage, const Experiment& experiment, const Nursery& nursery,
                                 std::size_t slot, std::uint32_t island);

/// All ids in one list, that of each island, best first, in its order: the best of all islands in front, then the
/// others that lead theirs, then those in second place, and so on.
std::vector<std::int64_t> merged(const std::vector<std::vector<const Individual*>>& islands,
                                 const Objectives& objectives);

}  // namespace exogene

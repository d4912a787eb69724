#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene {

/// Instructions simulated so far: those of each different program that was right, and the limit for each that met it.
/// Programs that failed otherwise have no count.
std::uint64_t simulated_instructions(const Lineage& lineage, const Experiment& experiment);

/// Genomes that may still be evaluated; nullopt for any number.
std::optional<std::uint64_t> evaluations_left(const Lineage& lineage, const Experiment& experiment);

/// Why the search ends here, e.g. `all 40 generations are there`; nullopt when it goes on. Besides the limits of the
/// experiment, a search without a number of generations ends after 100 in a row that brought no new genome.
std::optional<std::string> reason_to_end(const Lineage& lineage, const Experiment& experiment);

/// The greatest share of any limit that is used up, from 0 to 1.
double share_done(const Lineage& lineage, const Experiment& experiment);

}  // namespace exogene

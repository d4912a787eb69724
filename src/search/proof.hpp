#pragma once
#include <optional>

#include "experiment/experiment.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// Proves those born in a generation that rank among its first `elites`, by `workbench.prove`; what the lineage knows
/// of a genome is taken over. The generation is not yet part of the lineage.
///
/// If the experiment requires proofs, one that is not proven is `not_proven` from then on: it goes behind all that are
/// right, and who takes its place is proven in turn. The verdicts, and with them the population, then depend on the
/// genomes alone. Else verdicts are only a record.
/// False when the workbench was stopped on the way.
bool prove_elites(Generation& generation, const Lineage& lineage, const Experiment& experiment,
                  const Workbench& workbench);

/// The best individual that is proven, or -1.
std::int64_t best_proven(const Lineage& lineage, const Objectives& objectives);

/// Whom a run reports: the best proven one; if none is, the best. The lineage must have a population.
const Individual& reported(const Lineage& lineage, const Objectives& objectives);

}  // namespace exogene

#pragma once
#include <optional>
#include <vector>

#include "experiment/experiment.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// The next generation of these individuals, evaluated in all lanes; its population is still empty.
///
/// A genome is evaluated once: duplicates of one in the lineage or in an earlier slot take the known evaluation, in no
/// time. Individuals beyond the evaluations that the budget has left are dropped. nullopt when the workbench was
/// stopped on the way. It has these proposals, which are linked to the individuals.
std::optional<Generation> evaluated(std::vector<Individual> born, const Lineage& lineage, const Experiment& experiment,
                                    const Workbench& workbench, std::vector<Proposal> proposals = {});

}  // namespace exogene

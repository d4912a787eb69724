#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// Makes and evaluates the generation after those in `lineage`: the individuals born, and who is alive at its end, the
/// best of all so far in front.
///
/// Generation 0 has the curated genomes in the slots from 0 on. The result depends on the experiment and the lineage
/// alone: whatever an algorithm remembers, it reads off the individuals. Neither the number of lanes nor the time that
/// anything takes changes it. nullopt when the workbench was stopped on the way. Asked only while the budget lasts.
using Algorithm = std::function<std::optional<Generation>(const Lineage& lineage, const Experiment& experiment,
                                                          const Alphabet& alphabet, const Workbench& workbench)>;

/// The algorithms by the names that experiments call them: those of algorithm_names().
const std::map<std::string, Algorithm>& algorithms();

/// The next generation by the experiment's algorithm, its gains entered.
std::optional<Generation> next_generation(const Lineage& lineage, const Experiment& experiment,
                                          const Alphabet& alphabet, const Workbench& workbench);

}  // namespace exogene

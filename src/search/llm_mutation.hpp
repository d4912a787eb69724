#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "llm/proposal.hpp"
#include "operators/random.hpp"
#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// What an LLM made of a genome.
struct LlmMutant {
  Proposal proposal;             ///< accepted while nobody knows whether the genome is a duplicate
  std::optional<Genome> genome;  ///< when accepted
};

/// Asks one of the experiment's models, drawn by weight, to edit `parent`, an individual of the lineage. It is shown
/// what was tried on that genome and what helped others. nullopt when there is nothing to show: the genome does not
/// decode, or the workbench was stopped.
std::optional<LlmMutant> llm_mutant(const Individual& parent, const QuestionKey& key, const Lineage& lineage,
                                    const Experiment& experiment, const Alphabet& alphabet, const Workbench& workbench,
                                    std::size_t lane, Random& random);

/// Links each accepted proposal to the newborn that it became, by slot and number of retries; one that became none was
/// a duplicate.
void link(std::vector<Proposal>& proposals, const std::vector<Individual>& born);

}  // namespace exogene

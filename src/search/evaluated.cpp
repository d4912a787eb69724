#include "search/evaluated.hpp"

#include <map>

#include "search/budget.hpp"

namespace exogene {
namespace {

// The slot of the first individual of each genome, in slots that the budget is enough for.
std::map<Hash, std::size_t> first_slots(std::vector<Individual>& born, const Lineage& lineage,
                                        const Experiment& experiment) {
  std::map<Hash, std::size_t> first;
  auto left = evaluations_left(lineage, experiment);
  for (std::size_t slot = 0; slot < born.size(); ++slot) {
    if (!first.try_emplace(born[slot].hash, slot).second || lineage.find(born[slot].hash) >= 0 || !left) continue;
    if (*left == 0) {
      born.resize(slot);
      break;
    }
    --*left;
  }
  return first;
}

Evaluation in_no_time(Evaluation evaluation) {
  evaluation.seconds = {};
  return evaluation;
}

}  // namespace

std::optional<Generation> evaluated(std::vector<Individual> born, const Lineage& lineage, const Experiment& experiment,
                                    const Workbench& workbench, std::vector<Proposal> proposals) {
  const auto first = first_slots(born, lineage, experiment);
  std::vector<Individual> fresh;
  for (auto& individual : born) {
    if (const auto known = lineage.find(individual.hash); known >= 0)
      individual.evaluation = in_no_time(lineage[known].evaluation);
    else if (first.at(individual.hash) == individual.slot)
      fresh.push_back(individual);
  }
  const auto done = each(workbench, fresh, [&](std::size_t lane, Individual& individual) {
    if (workbench.stopped()) return false;
    individual.evaluation = workbench.evaluate(lane, individual.genome);
    return true;
  });
  if (!done) return std::nullopt;
  for (const auto& individual : *done) born[individual.slot].evaluation = individual.evaluation;
  for (auto& individual : born)
    if (const auto slot = first.at(individual.hash); slot != individual.slot)
      individual.evaluation = in_no_time(born[slot].evaluation);
  for (auto& proposal : proposals)
    if (proposal.child >= lineage.size() + static_cast<std::int64_t>(born.size())) {
      proposal.child = -1;
      proposal.exchange.reason = "the budget of evaluations is spent";
    }
  Generation generation;
  generation.proposals = std::move(proposals);
  generation.number = lineage.generations();
  generation.born = std::move(born);
  return generation;
}

}  // namespace exogene

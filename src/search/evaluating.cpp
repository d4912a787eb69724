#include "search/evaluating.hpp"

#include <atomic>
#include <map>

namespace exogene {

bool evaluate_newborn(std::vector<Individual>& born, const Lineage& lineage, const Workbench& workbench) {
  std::map<Hash, std::size_t> first;  // slot of the first individual of each genome
  for (const auto& individual : born) first.try_emplace(individual.hash, individual.slot);
  std::atomic<bool> stopped = false;
  in_lanes(workbench.lanes, born.size(), [&](std::size_t lane, std::size_t slot) {
    auto& individual = born[slot];
    if (first.at(individual.hash) != slot) return;
    if (const auto known = lineage.find(individual.hash); known >= 0) {
      individual.evaluation = lineage[known].evaluation;
      individual.evaluation.seconds = {};
      return;
    }
    if (stopped || workbench.stopped()) {
      stopped = true;
      return;
    }
    individual.evaluation = workbench.evaluate(lane, individual.genome);
  });
  if (stopped) return false;
  for (auto& individual : born)
    if (const auto slot = first.at(individual.hash); slot != individual.slot) {
      individual.evaluation = born[slot].evaluation;
      individual.evaluation.seconds = {};
    }
  return true;
}

}  // namespace exogene

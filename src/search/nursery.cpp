#include "search/nursery.hpp"

#include <algorithm>
#include <set>

namespace exogene {

Individual Nursery::newborn(std::size_t slot) const {
  Individual individual;
  individual.id = lineage_.size() + static_cast<std::int64_t>(slot);
  individual.generation = lineage_.generations();
  individual.slot = static_cast<std::uint32_t>(slot);
  return individual;
}

std::vector<Individual> Nursery::curated() const {
  std::vector<Individual> result;
  for (const auto& [name, genome] : experiment_.initial) {
    auto individual = newborn(result.size());
    individual.operation = "curated";
    individual.genome = genome;
    individual.hash = hash(genome);
    result.push_back(std::move(individual));
  }
  return result;
}

std::vector<Individual> Nursery::born(const std::vector<Individual>& first, std::size_t count,
                                      const Proposer& propose) const {
  std::set<Hash> taken;
  for (const auto& individual : first) taken.insert(individual.hash);
  // The first proposal, from number `attempt` on, that is new; the last one when there is none.
  const auto child_of = [&](std::size_t slot, std::uint32_t attempt, std::size_t lane) {
    auto child = newborn(slot);
    for (; attempt <= experiment_.search.retries; ++attempt) {
      Random random({experiment_.seed, 0, lineage_.generations(), child.slot, attempt});
      propose(child, lane, random);
      child.retries = attempt;
      child.hash = hash(child.genome);
      if (lineage_.find(child.hash) < 0 && !taken.contains(child.hash)) break;
    }
    return child;
  };
  auto result = first;
  result.resize(std::max(count, first.size()));
  in_lanes(workbench_.lanes, result.size() - first.size(), [&](std::size_t lane, std::size_t index) {
    result[first.size() + index] = child_of(first.size() + index, 0, lane);
  });
  // Two slots may have made the same child: the later one tries again, one after the other.
  for (auto slot = first.size(); slot < result.size(); ++slot) {
    auto& child = result[slot];
    if (child.retries < experiment_.search.retries && taken.contains(child.hash))
      child = child_of(slot, child.retries + 1, 0);
    taken.insert(child.hash);
  }
  return result;
}

}  // namespace exogene

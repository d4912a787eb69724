#include "search/nursery.hpp"

#include <algorithm>
#include <set>

namespace exogene {

Individual Nursery::newborn(std::size_t slot, std::uint32_t island) const {
  Individual individual;
  individual.id = lineage_.size() + static_cast<std::int64_t>(slot);
  individual.generation = lineage_.generations();
  individual.slot = static_cast<std::uint32_t>(slot);
  individual.island = island;
  return individual;
}

std::vector<Individual> Nursery::curated(std::size_t slot, std::uint32_t island) const {
  std::vector<Individual> result;
  for (const auto& [name, genome] : experiment_.initial) {
    auto individual = newborn(slot + result.size(), island);
    individual.operation = "curated";
    individual.genome = genome;
    individual.hash = hash(genome);
    result.push_back(std::move(individual));
  }
  return result;
}

std::vector<Individual> Nursery::born(const std::vector<Individual>& first, std::size_t count,
                                      const Proposer& propose) const {
  auto places = first;
  while (places.size() < count) places.push_back(newborn(places.size()));
  return born(std::move(places), propose);
}

std::vector<Individual> Nursery::born(std::vector<Individual> places, const Proposer& propose) const {
  std::set<Hash> taken;
  std::vector<Individual> open;
  for (const auto& place : places) {
    if (place.operation.empty())
      open.push_back(place);
    else
      taken.insert(place.hash);
  }
  // The first proposal, from number `attempt` on, that is new; the last one when there is none.
  const auto child_of = [&](const Individual& place, std::uint32_t attempt, std::size_t lane) {
    auto child = newborn(place.slot, place.island);
    for (; attempt <= experiment_.search.retries; ++attempt) {
      Random random({experiment_.seed, child.island, lineage_.generations(), child.slot, attempt});
      child.retries = attempt;
      propose(child, lane, random);
      child.hash = hash(child.genome);
      if (lineage_.find(child.hash) < 0 && !taken.contains(child.hash)) break;
    }
    return child;
  };
  const auto proposed = each(workbench_, open, [&](std::size_t lane, Individual& child) {
    child = child_of(child, 0, lane);
    return true;
  });
  // Two slots may have made the same child: the later one tries again, one after the other.
  for (auto child : proposed.value()) {
    if (child.retries < experiment_.search.retries && taken.contains(child.hash)) {
      const auto another = each(workbench_, {child}, [&](std::size_t lane, Individual& again) {
        again = child_of(again, again.retries + 1, lane);
        return true;
      });
      child = another.value().front();
    }
    taken.insert(child.hash);
    places[child.slot] = std::move(child);
  }
  return places;
}

}  // namespace exogene

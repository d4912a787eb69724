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
  std::vector<std::size_t> open;
  for (const auto& place : places) {
    if (place.operation.empty())
      open.push_back(place.slot);
    else
      taken.insert(place.hash);
  }
  // The first proposal, from number `attempt` on, that is new; the last one when there is none.
  const auto child_of = [&](std::size_t slot, std::uint32_t attempt, std::size_t lane) {
    auto child = newborn(slot, places[slot].island);
    for (; attempt <= experiment_.search.retries; ++attempt) {
      Random random({experiment_.seed, child.island, lineage_.generations(), child.slot, attempt});
      child.retries = attempt;
      propose(child, lane, random);
      child.hash = hash(child.genome);
      if (lineage_.find(child.hash) < 0 && !taken.contains(child.hash)) break;
    }
    return child;
  };
  in_lanes(workbench_.lanes, open.size(),
           [&](std::size_t lane, std::size_t index) { places[open[index]] = child_of(open[index], 0, lane); });
  // Two slots may have made the same child: the later one tries again, one after the other.
  for (const auto slot : open) {
    auto& child = places[slot];
    if (child.retries < experiment_.search.retries && taken.contains(child.hash))
      child = child_of(slot, child.retries + 1, 0);
    taken.insert(child.hash);
  }
  return places;
}

}  // namespace exogene

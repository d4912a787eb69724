#include "search/islands.hpp"

#include <algorithm>

#include "search/fitness.hpp"

namespace exogene {

std::uint32_t island_count(const Experiment& experiment) {
  return experiment.search.islands ? experiment.search.islands->count : 1;
}

std::vector<std::int64_t> population(const Lineage& lineage, std::uint32_t island) {
  std::vector<std::int64_t> result;
  for (const auto id : lineage.population())
    if (lineage[id].island == island) result.push_back(id);
  return result;
}

bool starts_anew(const Lineage& lineage, const Experiment& experiment, std::uint32_t island) {
  const auto living = population(lineage, island);
  if (living.empty()) return true;
  if (!experiment.search.islands || lineage[lineage.population().front()].island == island) return false;
  return lineage.generations() - 1 - lineage[living.front()].generation >= experiment.search.islands->stagnation;
}

std::vector<Individual> migrants(const Lineage& lineage, const Experiment& experiment, const Nursery& nursery,
                                 std::size_t slot, std::uint32_t island) {
  std::vector<Individual> result;
  const auto& islands = experiment.search.islands;
  if (!islands || islands->count == 1 || lineage.generations() % islands->migration_every != 0) return result;
  const auto here = population(lineage, island);
  for (const auto id : population(lineage, (island + islands->count - 1) % islands->count)) {
    if (result.size() == islands->migrants) break;
    const auto& original = lineage[id];
    const auto lives = [&](std::int64_t other) { return lineage[other].hash == original.hash; };
    if (std::ranges::any_of(here, lives) || std::ranges::find(result, original.hash, &Individual::hash) != result.end())
      continue;
    auto migrant = nursery.newborn(slot + result.size(), island);
    migrant.parents = {id, -1};
    migrant.operation = "migration";
    migrant.genome = original.genome;
    migrant.hash = original.hash;
    result.push_back(std::move(migrant));
  }
  return result;
}

std::vector<std::int64_t> merged(const std::vector<std::vector<const Individual*>>& islands,
                                 const Objectives& objectives) {
  std::vector<std::int64_t> result;
  for (std::size_t place = 0;; ++place) {
    std::vector<const Individual*> row;
    for (const auto& island : islands)
      if (place < island.size()) row.push_back(island[place]);
    if (row.empty()) return result;
    std::ranges::sort(row, [&](const auto* a, const auto* b) { return is_better(*a, *b, objectives); });
    for (const auto* individual : row) result.push_back(individual->id);
  }
}

}  // namespace exogene

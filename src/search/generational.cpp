#include "search/generational.hpp"

#include <algorithm>

#include "search/breeding.hpp"
#include "search/islands.hpp"
#include "search/nsga2.hpp"
#include "search/nursery.hpp"

namespace exogene {
namespace {

/// Everybody to be born on an island, those who are no children of it in front. An island that starts anew has nobody
/// but the curated genomes: they are to be measured before they have children.
std::vector<Individual> places(const Nursery& nursery, const Lineage& lineage, const Experiment& experiment,
                               std::size_t slot, std::uint32_t island, bool anew) {
  const auto& search = experiment.search;
  if (anew) return nursery.curated(slot, island);
  auto result = migrants(lineage, experiment, nursery, slot, island);
  const auto wanted = search.population - std::min<std::size_t>(search.elites, population(lineage, island).size());
  while (result.size() < wanted) result.push_back(nursery.newborn(slot + result.size(), island));
  return result;
}

/// Who of an island is alive behind the next generation, best first.
std::vector<const Individual*> survivors(const Lineage& lineage, const Experiment& experiment,
                                         const std::vector<Individual>& born, std::uint32_t island, bool anew) {
  const auto& search = experiment.search;
  const bool fronts = search.selection == "nsga2";
  const auto goals = objectives(experiment.objectives);
  std::vector<const Individual*> living;
  if (!anew)
    for (const auto id : population(lineage, island))
      if (fronts || living.size() < search.elites) living.push_back(&lineage[id]);
  for (const auto& individual : born)
    if (individual.island == island) living.push_back(&individual);
  if (fronts) {
    living = crowded_ranking(std::move(living), goals);
    if (living.size() > search.population) living.resize(search.population);
  } else {
    std::ranges::sort(living, [&](const auto* a, const auto* b) { return is_better(*a, *b, goals); });
  }
  return living;
}

}  // namespace

std::optional<Generation> generational(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                       const Workbench& workbench) {
  const Nursery nursery(lineage, experiment, workbench);
  std::vector<Individual> born;
  std::vector<bool> anew;
  for (std::uint32_t island = 0; island < island_count(experiment); ++island) {
    anew.push_back(starts_anew(lineage, experiment, island));
    for (auto& place : places(nursery, lineage, experiment, born.size(), island, anew.back()))
      born.push_back(std::move(place));
  }
  auto generation = bred(std::move(born), lineage, experiment, alphabet, workbench);
  if (!generation) return std::nullopt;
  const auto goals = objectives(experiment.objectives);
  std::vector<std::vector<const Individual*>> alive;
  for (std::uint32_t island = 0; island < island_count(experiment); ++island)
    alive.push_back(survivors(lineage, experiment, generation->born, island, anew[island]));
  generation->population = merged(alive, goals);
  if (experiment.search.selection == "nsga2") {
    std::vector<const Individual*> candidates;
    for (const auto id : lineage.front()) candidates.push_back(&lineage[id]);
    for (const auto& individual : generation->born) candidates.push_back(&individual);
    for (const auto* individual : front_of(std::move(candidates), goals)) generation->front.push_back(individual->id);
  }
  return generation;
}

}  // namespace exogene

#include "search/steady.hpp"

#include <algorithm>
#include <set>

#include "search/breeding.hpp"
#include "search/generational.hpp"
#include "search/nursery.hpp"

namespace exogene {

std::optional<Generation> steady(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                 const Workbench& workbench) {
  if (lineage.generations() == 0) return generational(lineage, experiment, alphabet, workbench);
  const Nursery nursery(lineage, experiment, workbench);
  std::vector<Individual> places;
  while (places.size() < experiment.search.batch) places.push_back(nursery.newborn(places.size()));
  auto generation = bred(std::move(places), lineage, experiment, alphabet, workbench);
  if (!generation) return std::nullopt;
  auto population = lineage.ranked(lineage.population(), generation->born);
  std::set<Hash> alive;
  std::erase_if(population, [&](std::int64_t id) {
    const auto& individual =
        id < lineage.size() ? lineage[id] : generation->born[static_cast<std::size_t>(id - lineage.size())];
    return !alive.insert(individual.hash).second;
  });
  population.resize(std::min<std::size_t>(population.size(), experiment.search.population));
  generation->population = std::move(population);
  return generation;
}

}  // namespace exogene

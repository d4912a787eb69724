#include "search/steady.hpp"

#include <algorithm>
#include <set>

#include "search/breeding.hpp"
#include "search/evaluated.hpp"
#include "search/generational.hpp"

namespace exogene {

std::optional<Generation> steady(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                 const Workbench& workbench) {
  if (lineage.generations() == 0) return generational(lineage, experiment, alphabet, workbench);
  const auto propose = breeding({}, lineage, experiment, alphabet, workbench);
  auto generation = evaluated(Nursery(lineage, experiment, workbench).born({}, experiment.search.batch, propose),
                              lineage, experiment, workbench);
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

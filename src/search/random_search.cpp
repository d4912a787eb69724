#include "search/random_search.hpp"

#include "operators/walk.hpp"
#include "search/evaluated.hpp"
#include "search/nursery.hpp"

namespace exogene {

std::optional<Generation> random_search(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                        const Workbench& workbench) {
  const auto walk_on = [&](Individual& child, std::size_t lane, Random& random) {
    const auto start = random.below(experiment.initial.size());  // also its id
    const auto steps = 1 + random.below(experiment.search.genes);
    const auto sites = [&](std::span<const Gene> prefix) { return workbench.sites(lane, prefix); };
    child.parents = {static_cast<std::int64_t>(start), -1};
    child.operation = "random_walk";
    child.genome = walk(experiment.initial[start].genome, steps, alphabet, sites, random);
  };
  const Nursery nursery(lineage, experiment, workbench);
  auto generation =
      evaluated(lineage.generations() == 0 ? nursery.curated() : nursery.born({}, experiment.search.batch, walk_on),
                lineage, experiment, workbench);
  if (generation) generation->population = {lineage.ranked(lineage.population(), generation->born).front()};
  return generation;
}

}  // namespace exogene

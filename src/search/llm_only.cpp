#include "search/llm_only.hpp"

#include <optional>
#include <set>
#include <utility>

#include "operators/random.hpp"
#include "search/evaluated.hpp"
#include "search/llm_mutation.hpp"
#include "search/nursery.hpp"

namespace exogene {
namespace {

/// What was proposed for one place.
struct Place {
  std::optional<Individual> child;
  std::vector<Proposal> proposals;
};

Place fill(Individual child, std::size_t lane, const Lineage& lineage, const Experiment& experiment,
           const Alphabet& alphabet, const Workbench& workbench) {
  const auto& parent = lineage[lineage.population().front()];
  Place place;
  for (std::uint32_t attempt = 0; attempt <= experiment.search.retries; ++attempt) {
    Random random({experiment.seed, 0, child.generation, child.slot, attempt});
    auto mutant = llm_mutant(parent, {0, child.generation, child.slot, attempt}, lineage, experiment, alphabet,
                             workbench, lane, random);
    if (!mutant) break;
    place.proposals.push_back(std::move(mutant->proposal));
    if (!mutant->genome) continue;
    const auto key = hash(*mutant->genome);
    if (lineage.find(key) >= 0) continue;
    child.parents = {parent.id, -1};
    child.operation = "llm";
    child.retries = attempt;
    child.genome = std::move(*mutant->genome);
    child.hash = key;
    place.child = std::move(child);
    break;
  }
  return place;
}

}  // namespace

std::optional<Generation> llm_only(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                   const Workbench& workbench) {
  std::vector<Individual> born;
  std::vector<Proposal> proposals;
  const Nursery nursery(lineage, experiment, workbench);
  if (lineage.generations() == 0) {
    born = nursery.curated();
  } else {
    std::vector<Place> places(experiment.search.population - experiment.search.elites);
    in_lanes(workbench.lanes, places.size(), [&](std::size_t lane, std::size_t slot) {
      places[slot] = fill(nursery.newborn(slot), lane, lineage, experiment, alphabet, workbench);
    });
    if (workbench.stopped()) return std::nullopt;
    std::set<Hash> taken;
    for (auto& place : places) {
      proposals.insert(proposals.end(), place.proposals.begin(), place.proposals.end());
      if (place.child && taken.insert(place.child->hash).second) born.push_back(std::move(*place.child));
    }
  }
  for (std::size_t i = 0; i < born.size(); ++i) born[i].id = lineage.size() + static_cast<std::int64_t>(i);
  link(proposals, born);
  for (std::size_t i = 0; i < born.size(); ++i)
    born[i].slot = static_cast<std::uint32_t>(i);  // empty places do not count
  auto generation = evaluated(std::move(born), lineage, experiment, workbench, std::move(proposals));
  if (!generation) return std::nullopt;
  generation->population = lineage.ranked(lineage.population(), generation->born);
  if (generation->population.size() > experiment.search.population)
    generation->population.resize(experiment.search.population);
  return generation;
}

}  // namespace exogene

#include "search/llm_only.hpp"

#include <algorithm>
#include <set>

#include "operators/random.hpp"
#include "search/evaluating.hpp"
#include "search/llm_mutation.hpp"

namespace exogene {
namespace {

std::vector<Individual> curated(const Experiment& experiment) {
  std::vector<Individual> born;
  for (const auto& [name, genome] : experiment.initial) {
    Individual individual;
    individual.operation = "curated";
    individual.genome = genome;
    individual.hash = hash(genome);
    born.push_back(std::move(individual));
  }
  return born;
}

/// What was proposed for one place.
struct Place {
  std::optional<Individual> child;
  std::vector<Proposal> proposals;
};

Place fill(std::uint32_t slot, std::size_t lane, const Lineage& lineage, const Experiment& experiment,
           const Alphabet& alphabet, const Workbench& workbench) {
  const auto& parent = lineage[lineage.population().front()];
  Place place;
  for (std::uint32_t attempt = 0; attempt <= experiment.search.retries; ++attempt) {
    Random random({experiment.seed, 0, lineage.generations(), slot, attempt});
    auto mutant = llm_mutant(parent, {0, lineage.generations(), slot, attempt}, lineage, experiment, alphabet,
                             workbench, lane, random);
    if (!mutant) break;
    place.proposals.push_back(std::move(mutant->proposal));
    if (!mutant->genome) continue;
    const auto key = hash(*mutant->genome);
    if (lineage.find(key) >= 0) continue;
    Individual child;
    child.parents = {parent.id, -1};
    child.operation = "llm";
    child.slot = slot;
    child.retries = attempt;
    child.genome = std::move(*mutant->genome);
    child.hash = key;
    place.child = std::move(child);
    break;
  }
  return place;
}

}  // namespace

std::optional<Generation> next_llm_generation(const Lineage& lineage, const Experiment& experiment,
                                              const Alphabet& alphabet, const Workbench& workbench) {
  Generation generation;
  generation.number = lineage.generations();
  if (generation.number == 0) {
    generation.born = curated(experiment);
  } else {
    std::vector<Place> places(experiment.search.population - experiment.search.elites);
    in_lanes(workbench.lanes, places.size(), [&](std::size_t lane, std::size_t slot) {
      places[slot] = fill(static_cast<std::uint32_t>(slot), lane, lineage, experiment, alphabet, workbench);
    });
    if (workbench.stopped()) return std::nullopt;
    std::set<Hash> taken;
    for (auto& place : places) {
      generation.proposals.insert(generation.proposals.end(), place.proposals.begin(), place.proposals.end());
      if (place.child && taken.insert(place.child->hash).second) generation.born.push_back(std::move(*place.child));
    }
  }
  for (std::size_t i = 0; i < generation.born.size(); ++i)
    generation.born[i].id = lineage.size() + static_cast<std::int64_t>(i);
  link(generation.proposals, generation.born);
  for (std::size_t i = 0; i < generation.born.size(); ++i) {  // empty places do not count
    generation.born[i].generation = generation.number;
    generation.born[i].slot = static_cast<std::uint32_t>(i);
  }
  if (!evaluate_newborn(generation.born, lineage, workbench)) return std::nullopt;
  generation.population = lineage.ranked(lineage.population(), generation.born);
  if (generation.population.size() > experiment.search.population)
    generation.population.resize(experiment.search.population);
  return generation;
}

}  // namespace exogene

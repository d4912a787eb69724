#include "search/breeding.hpp"

#include <algorithm>
#include <utility>

#include "operators/crossover.hpp"
#include "search/evaluated.hpp"
#include "search/operator_choice.hpp"

namespace exogene {
namespace {

const Individual& parent(const Lineage& lineage, std::uint32_t tournament, Random& random) {
  const auto& population = lineage.population();
  const auto right = std::ranges::partition_point(
      population, [&](std::int64_t id) { return lineage[id].evaluation.status == Status::ok; });
  const auto candidates =
      right == population.begin() ? population.size() : static_cast<std::size_t>(right - population.begin());
  auto best = random.below(candidates);  // the population is sorted: the lowest place wins
  for (std::uint32_t i = 1; i < tournament; ++i) best = std::min(best, random.below(candidates));
  return lineage[population[best]];
}

}  // namespace

void make_mutant(Individual& child, const Individual& parent, const Alphabet& alphabet, const Workbench& workbench,
                 std::size_t lane, Random& random) {
  const auto mutation = choose_mutation(random);
  child.parents = {parent.id, -1};
  child.operation = to_string(mutation);
  const auto sites = [&](std::span<const Gene> prefix) { return workbench.sites(lane, prefix); };
  child.genome = mutate(mutation, parent.genome, alphabet, sites, random).value_or(parent.genome);
}

Proposer breeding(std::vector<Individual> founders, const Lineage& lineage, const Experiment& experiment,
                  const Alphabet& alphabet, const Workbench& workbench) {
  return [&, founders = std::move(founders)](Individual& child, std::size_t lane, Random& random) {
    const auto any_parent = [&]() -> const Individual& {
      return lineage.generations() == 0 ? random.pick(founders) : parent(lineage, experiment.search.tournament, random);
    };
    const auto& first = any_parent();
    if (random.chance(experiment.search.crossover)) {
      const auto& second = any_parent();
      child.parents = {first.id, second.id};
      child.operation = "crossover";
      child.genome = crossover(first.genome, second.genome, random);
      return;
    }
    make_mutant(child, first, alphabet, workbench, lane, random);
  };
}

std::optional<Generation> first_population(const Lineage& lineage, const Experiment& experiment,
                                           const Alphabet& alphabet, const Workbench& workbench) {
  const Nursery nursery(lineage, experiment, workbench);
  const auto founders = nursery.curated();
  const auto propose = breeding(founders, lineage, experiment, alphabet, workbench);
  auto generation =
      evaluated(nursery.born(founders, experiment.search.population, propose), lineage, experiment, workbench);
  if (generation) generation->population = lineage.ranked({}, generation->born);
  return generation;
}

}  // namespace exogene

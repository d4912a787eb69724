#include "search/generational.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "operators/crossover.hpp"
#include "operators/mutation.hpp"
#include "operators/random.hpp"
#include "search/evaluating.hpp"
#include "search/llm_mutation.hpp"

namespace exogene {
namespace {

// Of a hundred mutants. Growth is favoured: the curated genomes are short.
constexpr std::array<std::pair<Mutation, std::uint64_t>, 5> mutation_shares{{{Mutation::insert, 40},
                                                                             {Mutation::remove, 12},
                                                                             {Mutation::replace, 12},
                                                                             {Mutation::change_argument, 26},
                                                                             {Mutation::swap, 10}}};

Mutation draw_mutation(Random& random) {
  auto left = random.below(100);
  for (const auto& [mutation, share] : mutation_shares) {
    if (left < share) return mutation;
    left -= share;
  }
  return mutation_shares.back().first;
}

// Makes the individuals of one generation, without their evaluations.
class Nursery {
 public:
  Nursery(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet, const Workbench& workbench)
      : lineage_(lineage), experiment_(experiment), alphabet_(alphabet), workbench_(workbench) {}

  std::vector<Individual> born() {
    std::vector<Individual> result = lineage_.generations() == 0 ? curated() : std::vector<Individual>{};
    const auto first = result.size();
    const std::size_t wanted = lineage_.generations() == 0 ? std::max<std::size_t>(experiment_.search.population, first)
                                                           : experiment_.search.population - experiment_.search.elites;
    const auto founders = result;
    result.resize(wanted);
    proposals_.resize(wanted);
    in_lanes(workbench_.lanes, wanted - first, [&](std::size_t lane, std::size_t index) {
      const auto slot = static_cast<std::uint32_t>(first + index);
      result[slot] = propose(founders, slot, 0, lane, [&](const Hash& hash) { return is_known(founders, hash); });
    });
    // Two slots may have made the same child: the later one tries again, one after the other.
    std::set<Hash> taken;
    for (auto& child : result) {
      if (child.operation != "curated" && child.retries < experiment_.search.retries && taken.contains(child.hash))
        child = propose(founders, child.slot, child.retries + 1, 0,
                        [&](const Hash& hash) { return is_known(founders, hash) || taken.contains(hash); });
      taken.insert(child.hash);
    }
    return result;
  }

  /// Of LLMs, for the born.
  std::vector<Proposal> proposals() const {
    std::vector<Proposal> all;
    for (const auto& of_slot : proposals_) all.insert(all.end(), of_slot.begin(), of_slot.end());
    return all;
  }

 private:
  std::vector<Individual> curated() const {
    std::vector<Individual> result;
    for (const auto& [name, genome] : experiment_.initial) {
      auto individual = newborn(static_cast<std::uint32_t>(result.size()));
      individual.operation = "curated";
      individual.genome = genome;
      individual.hash = hash(genome);
      result.push_back(std::move(individual));
    }
    return result;
  }

  Individual newborn(std::uint32_t slot) const {
    Individual individual;
    individual.id = lineage_.size() + slot;
    individual.generation = lineage_.generations();
    individual.slot = slot;
    return individual;
  }

  bool is_known(const std::vector<Individual>& founders, const Hash& hash) const {
    return lineage_.find(hash) >= 0 || std::ranges::find(founders, hash, &Individual::hash) != founders.end();
  }

  const Individual& parent(const std::vector<Individual>& founders, Random& random) const {
    if (lineage_.generations() == 0) return random.pick(founders);
    const auto& population = lineage_.population();
    const auto right = std::ranges::partition_point(
        population, [&](std::int64_t id) { return lineage_[id].evaluation.status == Status::ok; });
    const auto candidates =
        right == population.begin() ? population.size() : static_cast<std::size_t>(right - population.begin());
    auto best = random.below(candidates);  // the population is sorted: the lowest place wins
    for (std::uint32_t i = 1; i < experiment_.search.tournament; ++i) best = std::min(best, random.below(candidates));
    return lineage_[population[best]];
  }

  // A child for that slot: the first proposal, from number `attempt` on, that is_duplicate does not know; the last one
  // when there is none.
  template <class IsDuplicate>
  Individual propose(const std::vector<Individual>& founders, std::uint32_t slot, std::uint32_t attempt,
                     std::size_t lane, const IsDuplicate& is_duplicate) {
    auto child = newborn(slot);
    for (; attempt <= experiment_.search.retries; ++attempt) {
      Random random({experiment_.seed, 0, lineage_.generations(), slot, attempt});
      make(child, founders, attempt, lane, random);
      child.retries = attempt;
      child.hash = hash(child.genome);
      if (!is_duplicate(child.hash)) break;
    }
    return child;
  }

  void make(Individual& child, const std::vector<Individual>& founders, std::uint32_t attempt, std::size_t lane,
            Random& random) {
    const auto& first = parent(founders, random);
    child.parents = {first.id, -1};
    child.genome = first.genome;
    if (random.chance(experiment_.search.crossover)) {
      const auto& second = parent(founders, random);
      child.parents[1] = second.id;
      child.operation = "crossover";
      child.genome = crossover(first.genome, second.genome, random);
      return;
    }
    // A model whose genome was known is not asked again for the same place: it would be shown the same prompt.
    const bool may_ask = experiment_.llm && attempt == 0 && lineage_.generations() > 0;
    if (may_ask && random.chance(experiment_.llm->share)) {
      const QuestionKey key{0, child.generation, child.slot, attempt};
      auto mutant = llm_mutant(first, key, lineage_, experiment_, alphabet_, workbench_, lane, random);
      if (mutant) proposals_[child.slot].push_back(mutant->proposal);
      if (mutant && mutant->genome) {
        child.operation = "llm";
        child.genome = std::move(*mutant->genome);
        return;
      }
    }
    const auto mutation = draw_mutation(random);
    child.operation = to_string(mutation);
    const auto sites = [&](std::span<const Gene> prefix) { return workbench_.sites(lane, prefix); };
    if (auto mutant = mutate(mutation, first.genome, alphabet_, sites, random)) child.genome = std::move(*mutant);
  }

  const Lineage& lineage_;
  const Experiment& experiment_;
  const Alphabet& alphabet_;
  const Workbench& workbench_;
  std::vector<std::vector<Proposal>> proposals_;  ///< by slot
};

}  // namespace

std::optional<Generation> next_generation(const Lineage& lineage, const Experiment& experiment,
                                          const Alphabet& alphabet, const Workbench& workbench) {
  Generation generation;
  generation.number = lineage.generations();
  Nursery nursery(lineage, experiment, alphabet, workbench);
  generation.born = nursery.born();
  generation.proposals = nursery.proposals();
  link(generation.proposals, generation.born);
  if (experiment.llm && workbench.stopped()) return std::nullopt;  // some may not have been asked
  if (!evaluate_newborn(generation.born, lineage, workbench)) return std::nullopt;
  auto living = lineage.population();
  living.resize(std::min<std::size_t>(living.size(), experiment.search.elites));
  generation.population = lineage.ranked(std::move(living), generation.born);
  return generation;
}

}  // namespace exogene

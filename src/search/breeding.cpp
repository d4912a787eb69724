#include "search/breeding.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "operators/crossover.hpp"
#include "operators/macro.hpp"
#include "operators/segment.hpp"
#include "search/archive.hpp"
#include "search/evaluated.hpp"
#include "search/islands.hpp"
#include "search/lexicase.hpp"
#include "search/llm_mutation.hpp"
#include "search/nursery.hpp"
#include "search/operator_choice.hpp"
#include "search/preselection.hpp"

namespace exogene {
namespace {

/// What the children of one island may descend from.
struct Stock {
  std::vector<const Individual*> candidates;  ///< best first, one or more
  std::uint32_t tournament = 1;               ///< contestants
  std::vector<const Individual*> archive;
  std::vector<Errors> errors;  ///< of the candidates, for lexicase selection; empty when there is none
  Errors tolerances;
};

std::vector<Macro> macros(const Lineage& lineage) {
  constexpr std::size_t most_successes = 200;  // the last ones
  constexpr std::size_t most_macros = 16;
  std::vector<Success> successes;
  for (auto id = lineage.size(); id-- > 0 && successes.size() < most_successes;) {
    const auto& child = lineage[id];
    if (child.gain <= 0) continue;
    Success success{&child.genome, {}, child.gain};
    for (const auto parent : child.parents)
      if (parent >= 0) success.parents.push_back(&lineage[parent].genome);
    successes.push_back(std::move(success));
  }
  return mine_macros(successes, most_macros);
}

// The genome, repaired, as that of the child. A child that cannot be made stays like its parent: a duplicate.
void take(Individual& child, Genome genome, const Individual& parent, const Workbench& workbench, std::size_t lane) {
  const auto refused = [&](std::span<const Gene> genes) { return workbench.refused(lane, genes); };
  child.genome = repaired(std::move(genome), parent.genome, refused).value_or(parent.genome);
}

class Breeder {
 public:
  Breeder(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet, const Workbench& workbench)
      : lineage_(lineage),
        experiment_(experiment),
        search_(experiment.search),
        alphabet_(alphabet),
        workbench_(workbench),
        shares_(operator_shares(lineage, experiment)) {
    const bool grafts = search_.operators && makes("graft");
    for (std::uint32_t island = 0; island < island_count(experiment); ++island)
      stocks_.push_back(stock(lineage, experiment, island, grafts));
    if (search_.operators && makes("macro")) macros_ = macros(lineage);
  }

  /// `asked` is the child's: what an LLM proposed for its place, set when one is asked; nullptr when none may be.
  void operator()(Individual& child, std::size_t lane, Random& random, std::optional<Proposal>* asked) const {
    const auto& from = stocks_[child.island];
    const auto& first = parent(from, random);
    const bool chosen = search_.operators.has_value();
    child.parents = {first.id, -1};
    if (chosen)
      child.operation = shares_.names[random.weighted(shares_.probabilities)];
    else
      child.operation = random.chance(search_.crossover) ? "crossover" : to_string(draw_mutation(random));
    if (asked != nullptr && asks(child, random)) {
      const QuestionKey key{child.island, child.generation, child.slot, child.retries};
      auto mutant = llm_mutant(first, key, lineage_, experiment_, alphabet_, workbench_, lane, random);
      if (mutant) *asked = std::move(mutant->proposal);
      if (mutant && mutant->genome) {  // not repaired: what became of it is to be of the edits that were proposed
        child.operation = "llm";
        child.genome = std::move(*mutant->genome);
        return;
      }
    }
    const auto sites = [&](std::span<const Gene> prefix) { return workbench_.sites(lane, prefix); };
    take(child, made(child, first, from, sites, random).value_or(first.genome), first, workbench_, lane);
  }

  /// Of each of operator_names().
  [[nodiscard]] std::vector<double> probabilities() const {
    std::vector<double> result;
    for (const auto& name : operator_names()) {
      const auto place = static_cast<std::size_t>(std::ranges::find(shares_.names, name) - shares_.names.begin());
      result.push_back(place < shares_.names.size() ? shares_.probabilities[place] : 0);
    }
    return result;
  }

 private:
  /// Whether an LLM is to make the mutant. One whose genome was known is not asked again for the same place: it would
  /// be shown the same prompt.
  [[nodiscard]] bool asks(const Individual& child, Random& random) const {
    return experiment_.llm && child.operation != "crossover" && child.retries == 0 &&
           random.chance(experiment_.llm->share);
  }

  [[nodiscard]] bool makes(const std::string& name) const {
    return std::ranges::find(shares_.names, name) != shares_.names.end();
  }

  [[nodiscard]] Stock stock(const Lineage& lineage, const Experiment& experiment, std::uint32_t island,
                            bool grafts) const {
    Stock result;
    result.tournament = search_.tournament;
    const auto living = population(lineage, island);
    for (const auto id : living)
      if (lineage[id].evaluation.status == Status::ok) result.candidates.push_back(&lineage[id]);
    if (search_.selection == "lexicase" && !result.candidates.empty()) {
      for (const auto* candidate : result.candidates)
        result.errors.push_back(errors_of(*candidate, objectives(experiment.objectives)));
      result.tolerances = median_absolute_deviations(result.errors);
    }
    if (result.candidates.empty())
      for (const auto id : living) result.candidates.push_back(&lineage[id]);
    if (grafts || search_.archive > 0)
      for (const auto& [where, id] : archive(lineage, experiment, island)) result.archive.push_back(&lineage[id]);
    return result;
  }

  [[nodiscard]] const Individual& parent(const Stock& from, Random& random) const {
    if (search_.archive > 0 && !from.archive.empty() && random.chance(search_.archive))
      return *random.pick(from.archive);
    if (!from.errors.empty()) return *from.candidates[epsilon_lexicase(from.errors, from.tolerances, random)];
    auto best = random.below(from.candidates.size());  // the lowest place wins
    for (std::uint32_t i = 1; i < from.tournament; ++i) best = std::min(best, random.below(from.candidates.size()));
    return *from.candidates[best];
  }

  /// The genome that the child's operator makes; a second parent is entered.
  std::optional<Genome> made(Individual& child, const Individual& first, const Stock& from, const SitesAt& sites,
                             Random& random) const {
    if (child.operation == "crossover") {
      const auto& second = parent(from, random);
      child.parents[1] = second.id;
      return crossover(first.genome, second.genome, random);
    }
    if (child.operation == "graft") {
      const auto& donor = from.archive.empty() ? parent(from, random) : *random.pick(from.archive);
      child.parents[1] = donor.id;
      return graft(first.genome, donor.genome, sites, random);
    }
    if (child.operation == "macro") return insert_macro(first.genome, macros_, sites, random);
    return mutate(mutation_of(child.operation).value(), first.genome, alphabet_, sites, random);
  }

  const Lineage& lineage_;
  const Experiment& experiment_;
  const Search& search_;
  const Alphabet& alphabet_;
  const Workbench& workbench_;
  const OperatorShares shares_;
  std::vector<Stock> stocks_;  ///< by island
  std::vector<Macro> macros_;
};

}  // namespace

void make_mutant(Individual& child, const Individual& parent, const Alphabet& alphabet, const Workbench& workbench,
                 std::size_t lane, Random& random) {
  const auto mutation = draw_mutation(random);
  child.parents = {parent.id, -1};
  child.operation = to_string(mutation);
  const auto sites = [&](std::span<const Gene> prefix) { return workbench.sites(lane, prefix); };
  take(child, mutate(mutation, parent.genome, alphabet, sites, random).value_or(parent.genome), parent, workbench,
       lane);
}

std::optional<Generation> bred(std::vector<Individual> places, const Lineage& lineage, const Experiment& experiment,
                               const Alphabet& alphabet, const Workbench& workbench) {
  std::vector<std::optional<Proposal>> asked(places.size());
  const Breeder breeder(lineage, experiment, alphabet, workbench);
  const auto propose = [&](Individual& child, std::size_t lane, Random& random) {
    breeder(child, lane, random, &asked[child.slot]);
  };
  const auto propose_further = [&](Individual& child, std::size_t lane, Random& random) {
    breeder(child, lane, random, nullptr);
  };
  const Preselection preselection(lineage, experiment, workbench);
  const Nursery nursery(lineage, experiment, workbench);
  auto born = preselection.described(nursery.born(std::move(places), preselection.best_of(propose, propose_further)));
  std::vector<Proposal> proposals;
  for (auto& proposal : asked)
    if (proposal) proposals.push_back(std::move(*proposal));
  link(proposals, born);
  if (experiment.llm && workbench.stopped()) return std::nullopt;  // some may not have been asked
  auto generation = evaluated(std::move(born), lineage, experiment, workbench, std::move(proposals));
  if (generation) generation->probabilities = breeder.probabilities();
  return generation;
}

}  // namespace exogene

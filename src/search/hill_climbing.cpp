#include "search/hill_climbing.hpp"

#include "search/breeding.hpp"
#include "search/evaluated.hpp"
#include "search/fitness.hpp"
#include "search/nursery.hpp"

namespace exogene {
namespace {

struct Climb {
  std::int64_t at = 0;     ///< id of what it has reached
  std::uint32_t idle = 0;  ///< generations since
};

// Follows all climbs through the recorded generations, of which there is at least one.
Climb last_climb(const Lineage& lineage, const Experiment& experiment) {
  const auto& search = experiment.search;
  const auto goals = objectives(experiment.objectives);
  const auto better = [&](std::int64_t a, std::int64_t b) { return is_better(lineage[a], lineage[b], goals); };
  Climb climb;
  std::int64_t id = 0;
  for (std::uint32_t generation = 0; generation < lineage.generations(); ++generation) {
    const bool fresh = generation == 0 || climb.idle >= search.patience;
    const bool takes_first = !fresh && search.improvement == "first";
    auto next = fresh ? id : climb.at;
    for (; id < lineage.size() && lineage[id].generation == generation; ++id)
      if (better(id, next) && !(takes_first && next != climb.at)) next = id;
    const bool goes_on = fresh ? generation == 0 || lineage[next].evaluation.status == Status::ok : next != climb.at;
    if (goes_on)
      climb = {next, 0};
    else
      ++climb.idle;
  }
  return climb;
}

}  // namespace

std::optional<Generation> hill_climbing(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                        const Workbench& workbench) {
  const Nursery nursery(lineage, experiment, workbench);
  std::vector<Individual> born;
  if (lineage.generations() == 0) {
    born = nursery.curated();
  } else {
    const auto climb = last_climb(lineage, experiment);
    const auto step = [&](Individual& child, std::size_t lane, Random& random) {
      make_mutant(child, lineage[climb.at], alphabet, workbench, lane, random);
    };
    const auto restart = [&](Individual& child, std::size_t lane, Random& random) {
      auto start = lineage[static_cast<std::int64_t>(random.below(experiment.initial.size()))];
      for (auto left = 1 + random.below(experiment.search.perturbation); left > 0; --left) {
        make_mutant(child, start, alphabet, workbench, lane, random);
        start.genome = child.genome;
      }
      child.operation = "restart";
    };
    const bool stuck = climb.idle >= experiment.search.patience;
    born = nursery.born({}, experiment.search.batch, stuck ? Proposer(restart) : Proposer(step));
  }
  auto generation = evaluated(std::move(born), lineage, experiment, workbench);
  if (generation) generation->population = {lineage.ranked(lineage.population(), generation->born).front()};
  return generation;
}

}  // namespace exogene

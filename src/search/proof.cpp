#include "search/proof.hpp"

#include <algorithm>

#include "search/gain.hpp"

namespace exogene {
namespace {

class Proving {
 public:
  Proving(Generation& generation, const Lineage& lineage, const Experiment& experiment, const Workbench& workbench)
      : generation_(generation), lineage_(lineage), experiment_(experiment), workbench_(workbench) {}

  bool all() {
    for (auto& individual : generation_.born)
      if (const auto known = lineage_.find(individual.hash); known >= 0) settle(individual, lineage_[known].proof);
    demote();
    for (auto elites = untried(); !elites.empty(); elites = untried()) {
      if (!prove(elites)) return false;
      if (!experiment_.require_proof) return true;  // what is untried still is to stay so
      demote();
    }
    enter_gains(generation_, lineage_, experiment_);  // some are no longer right
    return true;
  }

 private:
  // The born among the first places that have no verdict, one of each genome.
  std::vector<Individual> untried() {
    std::vector<Individual> found;
    const auto elites = std::max<std::size_t>(experiment_.search.elites, 1);  // some algorithms keep none
    const auto places = std::min(elites, generation_.population.size());
    for (std::size_t place = 0; place < places; ++place) {
      const auto id = generation_.population[place];
      if (id < lineage_.size()) continue;
      const auto& individual = born(id);
      if (individual.evaluation.status == Status::ok && individual.proof.verdict == Verdict::untried &&
          std::ranges::find(found, individual.hash, &Individual::hash) == found.end())
        found.push_back(individual);
    }
    return found;
  }

  bool prove(const std::vector<Individual>& elites) {
    const auto done = each(workbench_, elites, [&](std::size_t lane, Individual& individual) {
      if (workbench_.stopped()) return false;
      individual.proof = workbench_.prove(lane, individual);
      return true;
    });
    if (!done) return false;
    for (const auto& elite : *done)
      for (auto& individual : generation_.born)
        if (individual.hash == elite.hash) settle(individual, elite.proof);
    return true;
  }

  void settle(Individual& individual, const Proof& proof) const {
    individual.proof = proof;
    if (!experiment_.require_proof || individual.evaluation.status != Status::ok) return;
    if (proof.verdict != Verdict::not_proven && proof.verdict != Verdict::undecided) return;
    individual.evaluation.status = Status::not_proven;
    individual.evaluation.reason = proof.reason;
    individual.evaluation.reproducible &= proof.verdict != Verdict::undecided;
  }

  // Those that are not proven go behind all that are right; otherwise the order stays.
  void demote() {
    std::ranges::stable_partition(generation_.population, [&](std::int64_t id) {
      return (id < lineage_.size() ? lineage_[id] : born(id)).evaluation.status == Status::ok;
    });
  }

  Individual& born(std::int64_t id) { return generation_.born[static_cast<std::size_t>(id - lineage_.size())]; }

  Generation& generation_;
  const Lineage& lineage_;
  const Experiment& experiment_;
  const Workbench& workbench_;
};

}  // namespace

bool prove_elites(Generation& generation, const Lineage& lineage, const Experiment& experiment,
                  const Workbench& workbench) {
  return Proving(generation, lineage, experiment, workbench).all();
}

std::int64_t best_proven(const Lineage& lineage, const Objectives& objectives) {
  std::int64_t best = -1;
  for (std::int64_t id = 0; id < lineage.size(); ++id)
    if (lineage[id].proof.verdict == Verdict::proven && (best < 0 || is_better(lineage[id], lineage[best], objectives)))
      best = id;
  return best;
}

const Individual& reported(const Lineage& lineage, const Objectives& objectives) {
  const auto proven = best_proven(lineage, objectives);
  return lineage[proven < 0 ? lineage.population().front() : proven];
}

}  // namespace exogene

#include "search/preselection.hpp"

#include <limits>

namespace exogene {

struct Preselection::Candidate {
  Individual individual;
  bool known = false;   ///< an individual has its genome
  bool decodes = true;  ///< else it has no prediction
  bool alike = false;   ///< an individual has its features
  std::uint64_t chance = 0;
};

Preselection::Preselection(const Lineage& lineage, const Experiment& experiment, const Workbench& workbench)
    : lineage_(lineage), experiment_(experiment), workbench_(workbench) {
  if (!experiment.search.surrogate) return;
  model_ = SurrogateModel::learnt(lineage, experiment);
  if (!model_) return;
  for (std::int64_t id = 0; id < lineage.size(); ++id) features_.insert(lineage[id].features);
}

Preselection::Candidate Preselection::assessed(Individual individual, std::size_t lane, Random& random) const {
  Candidate result{std::move(individual)};
  auto& child = result.individual;
  result.chance = random.below(std::numeric_limits<std::uint32_t>::max());
  result.known = lineage_.find(hash(child.genome)) >= 0;
  if (result.known) return result;
  auto features = workbench_.features(lane, child.genome.genes);
  result.decodes = features.has_value();
  if (!features) return result;
  child.features = std::move(*features);
  child.prediction = model_->predict(child.features);
  result.alike = features_.contains(child.features);
  return result;
}

bool Preselection::beats(const Candidate& a, const Candidate& b) const {
  if (a.decodes != b.decodes) return a.decodes;
  if (a.known != b.known) return b.known;
  if (a.alike != b.alike) return b.alike;
  const auto& mine = a.individual.prediction;
  const auto& other = b.individual.prediction;
  if (!mine || !other) return false;
  if (experiment_.search.surrogate->ranking == "random") return a.chance < b.chance;
  const bool right = is_probably_right(*mine);
  if (right != is_probably_right(*other)) return right;
  const auto metric = objectives(experiment_.objectives)[0];
  return more_is_better(metric) ? mine->objective > other->objective : mine->objective < other->objective;
}

Proposer Preselection::best_of(Proposer first, Proposer further) const {
  if (!model_) return first;
  return [this, first = std::move(first), further = std::move(further)](Individual& child, std::size_t lane,
                                                                        Random& random) {
    const auto place = child;
    first(child, lane, random);
    if (child.operation == "llm") return;
    auto best = assessed(std::move(child), lane, random);
    for (std::uint32_t number = 1; number < experiment_.search.surrogate->candidates; ++number) {
      const auto purpose = place.retries + number * (most_retries + 1);
      Random own({experiment_.seed, place.island, place.generation, place.slot, purpose});
      auto other = place;
      further(other, lane, own);
      auto candidate = assessed(std::move(other), lane, own);
      if (beats(candidate, best)) best = std::move(candidate);
    }
    child = std::move(best.individual);
  };
}

std::vector<Individual> Preselection::described(std::vector<Individual> born) const {
  if (!experiment_.search.surrogate) return born;
  auto result = each(workbench_, born, [&](std::size_t lane, Individual& individual) {
    if (!individual.features.empty()) return true;
    if (const auto known = lineage_.find(individual.hash); known >= 0)
      individual.features = lineage_[known].features;
    else if (auto features = workbench_.features(lane, individual.genome.genes))
      individual.features = std::move(*features);
    return true;
  });
  return std::move(result).value();
}

}  // namespace exogene

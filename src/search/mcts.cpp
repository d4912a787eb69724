#include "search/mcts.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "operators/walk.hpp"
#include "search/evaluated.hpp"
#include "search/fitness.hpp"
#include "search/nursery.hpp"

namespace exogene {
namespace {

// By id.
std::vector<double> rewards(const Lineage& lineage, const Experiment& experiment) {
  const auto metric = objectives(experiment.objectives).front();
  std::vector<std::optional<double>> gains;  // logarithms
  std::optional<double> start;               // of the best curated one, or the first that is right
  std::optional<double> best;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    auto& gain = gains.emplace_back();
    const auto& individual = lineage[id];
    if (individual.evaluation.status != Status::ok) continue;
    const auto logarithm = std::log1p(score(individual.evaluation, metric));
    gain = more_is_better(metric) ? logarithm : -logarithm;
    if (!start || (individual.generation == 0 && *gain > *start)) start = gain;
    best = std::max(best, gain);  // no number is less than any
  }
  const auto scale = best > start ? *best - *start : 1;
  std::vector<double> result;
  for (const auto& gain : gains)
    result.push_back(gain ? 0.5 + 0.5 * std::clamp((*gain - *start) / scale, -1.0, 1.0) : 0);
  return result;
}

struct State {
  std::int64_t id = -1;  ///< of its individual
  std::size_t parent = 0;
  std::vector<std::size_t> children;
  std::size_t pending = 0;  ///< children that are being made
  double visits = 0;
  double reward = 0;  ///< sum
};

class Tree {
 public:
  Tree(const Lineage& lineage, const Experiment& experiment) : search_(experiment.search), states_(1) {
    const auto reward = rewards(lineage, experiment);
    std::vector<std::size_t> opened(static_cast<std::size_t>(lineage.size()));  // state of each individual
    std::set<Hash> programs;
    for (std::int64_t id = 0; id < lineage.size(); ++id) {
      const auto& individual = lineage[id];
      const auto& evaluation = individual.evaluation;
      const auto parent = individual.parents[0];
      auto at = parent < 0 ? 0 : opened[static_cast<std::size_t>(parent)];
      const bool is_new = evaluation.status == Status::ok && programs.insert(evaluation.c_hash).second;
      if (is_new || individual.generation == 0) {
        states_[at].children.push_back(states_.size());
        states_.push_back({id, at, {}, 0, 0, 0});
        at = states_.size() - 1;
      }
      opened[static_cast<std::size_t>(id)] = at;
      visit(at, reward[static_cast<std::size_t>(id)]);
    }
  }

  // The individual of the state to expand next; it and those above it have a virtual loss then.
  std::int64_t select() {
    std::size_t at = 0;
    while (!may_widen(at)) at = most_promising(at);
    ++states_[at].pending;
    visit(at, 0);
    return states_[at].id;
  }

 private:
  void visit(std::size_t at, double reward) {
    for (;; at = states_[at].parent) {
      states_[at].visits += 1;
      states_[at].reward += reward;
      if (at == 0) return;
    }
  }

  [[nodiscard]] bool may_widen(std::size_t at) const {
    if (at == 0) return false;
    const auto& state = states_[at];
    const auto most = search_.widening * std::pow(state.visits, search_.widening_exponent);
    return state.children.empty() || static_cast<double>(state.children.size() + state.pending) < most;
  }

  [[nodiscard]] std::size_t most_promising(std::size_t at) const {
    const auto value = [&](std::size_t child) {
      const auto& state = states_[child];
      return state.reward / state.visits + search_.exploration * std::sqrt(std::log(states_[at].visits) / state.visits);
    };
    return *std::ranges::max_element(states_[at].children, {}, value);  // the eldest of equals
  }

  const Search& search_;
  std::vector<State> states_;  ///< the root first
};

}  // namespace

std::optional<Generation> mcts(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                               const Workbench& workbench) {
  const Nursery nursery(lineage, experiment, workbench);
  std::vector<Individual> born;
  if (lineage.generations() == 0) {
    born = nursery.curated();
  } else {
    Tree tree(lineage, experiment);
    std::vector<std::int64_t> selected(experiment.search.batch);
    std::ranges::generate(selected, [&] { return tree.select(); });
    born = nursery.born({}, selected.size(), [&](Individual& child, std::size_t lane, Random& random) {
      const auto& state = lineage[selected[child.slot]];
      const auto more = random.below(experiment.search.rollout + 1);
      const auto sites = [&](std::span<const Gene> prefix) { return workbench.sites(lane, prefix); };
      child.parents = {state.id, -1};
      child.operation = more == 0 ? "expand" : "rollout";
      child.genome = walk(state.genome, 1 + more, alphabet, sites, random);
    });
  }
  auto generation = evaluated(std::move(born), lineage, experiment, workbench);
  if (generation) generation->population = {lineage.ranked(lineage.population(), generation->born).front()};
  return generation;
}

}  // namespace exogene

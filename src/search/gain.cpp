#include "search/gain.hpp"

#include <algorithm>
#include <set>

#include "search/fitness.hpp"

namespace exogene {
namespace {

// Only division, which is the same on every machine.
double share(double child, double parent, std::size_t metric) {
  const auto high = more_is_better(metric) ? child : parent;
  const auto low = more_is_better(metric) ? parent : child;
  return high <= low ? 0 : (high - low) / high;
}

double gain_over(const Individual& parent, const Individual& child, const Objectives& objectives, bool any) {
  if (parent.evaluation.status != Status::ok) return 1;
  double most = 0;
  for (const auto metric : objectives) {
    const auto of_parent = score(parent.evaluation, metric);
    const auto of_child = score(child.evaluation, metric);
    if (of_child == of_parent) continue;
    most = std::max(most, share(of_child, of_parent, metric));
    if (!any) break;
  }
  return most;
}

}  // namespace

void enter_gains(Generation& generation, const Lineage& lineage, const Experiment& experiment) {
  const auto goals = objectives(experiment.objectives);
  const bool any = experiment.search.selection == "nsga2";
  std::set<Hash> young;
  for (auto& child : generation.born) {
    child.gain = 0;
    const bool is_new = lineage.find(child.hash) < 0 && young.insert(child.hash).second;
    if (!is_new || child.evaluation.status != Status::ok || child.parents[0] < 0) continue;
    child.gain = 1;
    for (const auto parent : child.parents)
      if (parent >= 0) child.gain = std::min(child.gain, gain_over(lineage[parent], child, goals, any));
  }
}

}  // namespace exogene

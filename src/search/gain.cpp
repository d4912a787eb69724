#include "search/gain.hpp"

#include <algorithm>

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

double gain(const Individual& child, const Lineage& lineage, const Experiment& experiment) {
  if (child.evaluation.status != Status::ok || child.parents[0] < 0 || lineage.find(child.hash) != child.id) return 0;
  const auto goals = objectives(experiment.objectives);
  double least = 1;
  for (const auto parent : child.parents)
    if (parent >= 0)
      least = std::min(least, gain_over(lineage[parent], child, goals, experiment.search.selection == "nsga2"));
  return least;
}

}  // namespace exogene

#include "search/fitness.hpp"

#include <algorithm>
#include <compare>
#include <stdexcept>

#include "eval/evaluation.hpp"

namespace exogene {

Objectives objectives(const std::vector<std::string>& names) {
  Objectives result;
  for (const auto& name : names) {
    const auto found = std::ranges::find(metric_names(), name);
    if (found == metric_names().end()) throw std::out_of_range("no metric is called " + name);
    result.push_back(static_cast<std::size_t>(found - metric_names().begin()));
  }
  return result;
}

bool is_better(const Individual& a, const Individual& b, const Objectives& objectives) {
  const bool a_ok = a.evaluation.status == Status::ok;
  const bool b_ok = b.evaluation.status == Status::ok;
  if (a_ok != b_ok) return a_ok;
  if (a_ok)
    for (const auto metric : objectives) {
      const auto order = a.evaluation.cases.empty()  // then exactly
                             ? std::partial_ordering(a.evaluation.metrics[metric] <=> b.evaluation.metrics[metric])
                             : score(a.evaluation, metric) <=> score(b.evaluation, metric);
      if (order != 0) return (order < 0) != more_is_better(metric);
    }
  if (a.genome.genes.size() != b.genome.genes.size()) return a.genome.genes.size() < b.genome.genes.size();
  return a.id < b.id;
}

}  // namespace exogene

#include "search/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "search/surrogate.hpp"

namespace exogene {
namespace {

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (auto i = first; i < last; ++i) result[order[i]] = static_cast<double>(first + last - 1) / 2;
  }
  return result;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

Agreement agreement(const std::vector<const Individual*>& individuals, std::size_t metric) {
  Agreement result;
  std::vector<double> predicted;
  std::vector<double> measured;
  std::vector<double> errors;
  for (const auto* individual : individuals) {
    const auto& prediction = *individual->prediction;
    const bool right = individual->evaluation.status == Status::ok;
    ++result.predicted;
    if (right != is_probably_right(prediction)) ++result.mistaken;
    if (!right) continue;
    ++result.right;
    predicted.push_back(prediction.objective);
    measured.push_back(mean_score(individual->evaluation, metric));
    errors.push_back(std::abs(predicted.back() / std::max(measured.back(), 1.0) - 1));
  }
  result.correlation = rank_correlation(predicted, measured);
  result.error = median(std::move(errors));
  return result;
}

}  // namespace

std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 3) return std::nullopt;
  const auto x = ranks(a);
  const auto y = ranks(b);
  const auto mean = static_cast<double>(a.size() - 1) / 2;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  return xy / std::sqrt(xx * yy);
}

std::vector<Agreement> agreements(const Lineage& lineage, const Experiment& experiment) {
  const auto metric = objectives(experiment.objectives)[0];
  std::vector<std::vector<const Individual*>> by_generation(lineage.generations());
  std::vector<const Individual*> all;
  std::set<Hash> programs;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& individual = lineage[id];
    const auto& c = individual.evaluation.c_hash;
    const bool is_new = c == Hash{} ? lineage.find(individual.hash) == id : programs.insert(c).second;
    if (!is_new || !individual.prediction) continue;
    by_generation[individual.generation].push_back(&individual);
    all.push_back(&individual);
  }
  std::vector<Agreement> result;
  for (const auto& individuals : by_generation) result.push_back(agreement(individuals, metric));
  result.push_back(agreement(all, metric));
  return result;
}

}  // namespace exogene

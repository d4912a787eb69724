#include "search/nsga2.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

namespace exogene {
namespace {

/// Best first; gives the number of those that are right.
std::size_t sort(std::vector<const Individual*>& individuals, const Objectives& objectives) {
  std::ranges::sort(individuals, [&](const auto* a, const auto* b) { return is_better(*a, *b, objectives); });
  const auto right = std::ranges::partition_point(
      individuals, [](const auto* individual) { return individual->evaluation.status == Status::ok; });
  return static_cast<std::size_t>(right - individuals.begin());
}

/// Puts individuals with the objectives of an earlier one behind all others; gives the number of the first ones.
std::size_t put_copies_last(std::vector<const Individual*>& sorted, std::size_t right, const Objectives& objectives) {
  std::set<Point> seen;
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(right);
  const auto copies = std::stable_partition(sorted.begin(), end, [&](const auto* individual) {
    return seen.insert(point_of(*individual, objectives)).second;
  });
  return static_cast<std::size_t>(copies - sorted.begin());
}

}  // namespace

bool dominates(const Point& a, const Point& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better |= a[i] < b[i];
  }
  return better;
}

std::vector<std::vector<std::size_t>> non_dominated_sort(const std::vector<Point>& points) {
  std::vector<std::vector<std::size_t>> dominated(points.size());
  std::vector<std::size_t> dominators(points.size());
  for (std::size_t a = 0; a < points.size(); ++a)
    for (std::size_t b = 0; b < points.size(); ++b)
      if (dominates(points[a], points[b])) {
        dominated[a].push_back(b);
        ++dominators[b];
      }
  std::vector<std::vector<std::size_t>> fronts;
  std::vector<std::size_t> next;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (dominators[i] == 0) next.push_back(i);
  while (!next.empty()) {
    fronts.push_back(next);
    next.clear();
    for (const auto a : fronts.back())
      for (const auto b : dominated[a])
        if (--dominators[b] == 0) next.push_back(b);
    std::ranges::sort(next);
  }
  return fronts;
}

std::vector<double> crowding_distances(const std::vector<Point>& points, const std::vector<std::size_t>& front) {
  std::vector<double> distances(front.size(), 0.0);
  if (front.empty()) return distances;
  std::vector<std::size_t> order(front.size());
  for (std::size_t objective = 0; objective < points[front[0]].size(); ++objective) {
    const auto value = [&](std::size_t place) { return points[front[place]][objective]; };
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::less{}, value);
    const auto extent = value(order.back()) - value(order.front());
    for (const auto end : {order.front(), order.back()}) distances[end] = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i + 1 < order.size() && extent > 0; ++i)
      distances[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / extent;
  }
  return distances;
}

Point point_of(const Individual& individual, const Objectives& objectives) {
  Point point;
  for (const auto metric : objectives) {
    const auto value = score(individual.evaluation, metric);
    point.push_back(more_is_better(metric) ? -value : value);
  }
  return point;
}

std::vector<const Individual*> crowded_ranking(std::vector<const Individual*> individuals,
                                               const Objectives& objectives) {
  const auto ranked = put_copies_last(individuals, sort(individuals, objectives), objectives);
  std::vector<Point> points;
  for (std::size_t i = 0; i < ranked; ++i) points.push_back(point_of(*individuals[i], objectives));
  std::vector<const Individual*> result;
  for (const auto& front : non_dominated_sort(points)) {
    const auto distances = crowding_distances(points, front);
    std::vector<std::size_t> order(front.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t place) { return distances[place]; });
    for (const auto place : order) result.push_back(individuals[front[place]]);
  }
  result.insert(result.end(), individuals.begin() + static_cast<std::ptrdiff_t>(ranked), individuals.end());
  return result;
}

std::vector<const Individual*> front_of(std::vector<const Individual*> individuals, const Objectives& objectives) {
  individuals.resize(put_copies_last(individuals, sort(individuals, objectives), objectives));
  std::vector<const Individual*> front;
  std::vector<Point> points;
  for (const auto* individual : individuals) {  // what dominates it comes before it
    auto point = point_of(*individual, objectives);
    if (std::ranges::any_of(points, [&](const Point& other) { return dominates(other, point); })) continue;
    front.push_back(individual);
    points.push_back(std::move(point));
  }
  return front;
}

}  // namespace exogene

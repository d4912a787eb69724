#include "search/lexicase.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace exogene {
namespace {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

Errors median_absolute_deviations(const std::vector<Errors>& individuals) {
  Errors result;
  for (std::size_t test = 0; test < individuals[0].size(); ++test) {
    std::vector<double> errors;
    for (const auto& individual : individuals) errors.push_back(individual[test]);
    const auto centre = median(errors);
    for (auto& error : errors) error = std::abs(error - centre);
    result.push_back(median(std::move(errors)));
  }
  return result;
}

std::size_t epsilon_lexicase(const std::vector<Errors>& individuals, const Errors& tolerances, Random& random) {
  std::vector<std::size_t> pool(individuals.size());
  std::iota(pool.begin(), pool.end(), 0U);
  std::vector<std::size_t> tests(tolerances.size());
  std::iota(tests.begin(), tests.end(), 0U);
  random.shuffle(tests);
  for (const auto test : tests) {
    if (pool.size() == 1) break;
    auto least = std::numeric_limits<double>::infinity();
    for (const auto place : pool) least = std::min(least, individuals[place][test]);
    std::erase_if(pool, [&](std::size_t place) { return individuals[place][test] > least + tolerances[test]; });
  }
  return random.pick(pool);
}

Errors errors_of(const Individual& individual, const Objectives& objectives) {
  Errors errors;
  const auto add = [&](const std::vector<std::uint64_t>& metrics) {
    for (const auto metric : objectives) {
      const auto value = static_cast<double>(metrics[metric]);
      errors.push_back(more_is_better(metric) ? -value : value);
    }
  };
  add(individual.evaluation.metrics);
  for (const auto& metrics : individual.evaluation.cases) add(metrics);
  return errors;
}

}  // namespace exogene

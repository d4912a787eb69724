#include "search/surrogate.hpp"

#include <cmath>

#include "rig.hpp"

using namespace exogene;

namespace {

constexpr std::size_t loads = 3;  // places of features
constexpr std::size_t stores = 6;

Experiment for_cycles(const std::string& objective = "cycles") {
  auto experiment = search_experiment();
  experiment.objectives = {objective};
  return experiment;
}

/// Right when it stores at all; its first objective is loads^2 * stores.
Individual individual(std::int64_t id, double a, double b, const Experiment& experiment) {
  Individual result;
  result.id = id;
  result.slot = static_cast<std::uint32_t>(id);
  result.hash = result.evaluation.c_hash = {1, static_cast<std::uint64_t>(id)};
  result.features.assign(feature_names().size(), 2);
  result.features[loads] = a - 1;  // the model adds 1 before it takes logarithms
  result.features[stores] = b - 1;
  result.evaluation.status = b > 1 ? Status::ok : Status::wrong_result;
  if (b > 1) result.evaluation.metrics.assign(metric_names().size(), 0);
  if (b > 1)
    result.evaluation.metrics[objectives(experiment.objectives)[0]] = static_cast<std::uint64_t>(a * a * b - 1);
  return result;
}

Generation generation(std::int64_t count, const Experiment& experiment, const std::vector<double>& stored = {2, 4, 8}) {
  Generation result;
  for (std::int64_t id = 0; id < count; ++id)
    result.born.push_back(individual(id, static_cast<double>(2 + id % 7),
                                     stored[static_cast<std::size_t>(id) % stored.size()], experiment));
  return result;
}

std::optional<SurrogateModel> learnt(const Generation& generation, const Experiment& experiment) {
  return SurrogateModel::learnt(lineage_of(experiment, {generation}), experiment);
}

}  // namespace

TEST_CASE("a law of powers is learnt, and holds for schedules that were not seen") {
  const auto experiment = for_cycles();
  const auto model = learnt(generation(60, experiment), experiment);
  REQUIRE(model.has_value());
  for (const auto& [a, b] : {std::pair{3.0, 4.0}, {7.0, 8.0}, {20.0, 3.0}}) {
    const auto prediction = model->predict(individual(0, a, b, experiment).features);
    CHECK(prediction.objective == doctest::Approx(a * a * b - 1).epsilon(0.03));
    CHECK(prediction.right == doctest::Approx(1));
  }
}

TEST_CASE("too few right programs teach nothing, however many individuals there are") {
  const auto experiment = for_cycles();
  const auto least = static_cast<std::int64_t>(least_right_programs);
  CHECK_FALSE(learnt(generation(least - 1, experiment), experiment).has_value());
  CHECK(learnt(generation(least, experiment), experiment).has_value());

  auto repeated = generation(3 * least, experiment);
  for (auto& one : repeated.born) one.evaluation.c_hash.low %= least_right_programs - 1;
  CHECK_FALSE(learnt(repeated, experiment).has_value());

  auto wrong = generation(3 * least, experiment);
  for (auto& one : wrong.born)
    if (one.id >= least - 1) one.evaluation.status = Status::wrong_result;
  CHECK_FALSE(learnt(wrong, experiment).has_value());

  auto without = generation(3 * least, experiment);
  for (auto& one : without.born)
    if (one.id >= least - 1) one.features.clear();
  CHECK_FALSE(learnt(without, experiment).has_value());
}

TEST_CASE("what is not right teaches what is not right, and nothing else") {
  const auto experiment = for_cycles();
  const auto all = learnt(generation(120, experiment, {1, 8}), experiment);
  REQUIRE(all.has_value());
  CHECK(all->predict(individual(0, 4, 8, experiment).features).right > 0.9);
  CHECK(all->predict(individual(0, 4, 1, experiment).features).right < 0.1);
  CHECK(all->predict(individual(0, 4, 8, experiment).features).objective == doctest::Approx(127).epsilon(0.03));
}

TEST_CASE("with several cases the objective is their geometric mean") {
  auto experiment = for_cycles();
  auto one = individual(0, 3, 2, experiment);
  const auto metric = objectives(experiment.objectives)[0];
  CHECK(mean_score(one.evaluation, metric) == 17);
  auto other = one.evaluation.metrics;
  other[metric] = 17 * 4;
  one.evaluation.cases = {other};
  CHECK(mean_score(one.evaluation, metric) == doctest::Approx(34));
}

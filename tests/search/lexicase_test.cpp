#include "search/lexicase.hpp"

#include <map>

#include "rig.hpp"

using namespace exogene;

namespace {

/// How often each individual is a parent, of 6000.
std::map<std::size_t, int> parents(const std::vector<Errors>& individuals, const Errors& tolerances) {
  std::map<std::size_t, int> result;
  for (std::uint32_t slot = 0; slot < 6000; ++slot) {
    Random random({11, 0, 0, slot, 0});
    ++result[epsilon_lexicase(individuals, tolerances, random)];
  }
  return result;
}

}  // namespace

TEST_CASE("median absolute deviations") {
  CHECK(median_absolute_deviations({{1, 10}, {2, 10}, {4, 10}, {7, 10}, {100, 10}}) == Errors{3, 0});
  CHECK(median_absolute_deviations({{1}, {2}, {3}, {10}}) == Errors{1});  // median 2.5: 1.5, 0.5, 0.5, 7.5
  CHECK(median_absolute_deviations({{5}}) == Errors{0});
}

TEST_CASE("without tolerance, whoever is best where the first test says so is a parent") {
  // Specialists 0 and 1, a generalist 2 that leads nowhere, and 3 that is as good as 0 in one test, but worse else.
  const std::vector<Errors> individuals{{0, 5, 5}, {5, 0, 5}, {1, 1, 1}, {0, 6, 6}};
  const auto count = parents(individuals, {0, 0, 0});
  CHECK(count.at(0) == doctest::Approx(2000).epsilon(0.06));  // the first test comes first
  CHECK(count.at(1) == doctest::Approx(2000).epsilon(0.06));
  CHECK(count.at(2) == doctest::Approx(2000).epsilon(0.06));
  CHECK_FALSE(count.contains(3));
}

TEST_CASE("a tolerance keeps what is nearly as good") {
  // By the first test all but 2 stay; by the second all but 0.
  const std::vector<Errors> individuals{{0, 9}, {1, 1}, {9, 0}};
  CHECK(parents(individuals, {1, 1}) == std::map<std::size_t, int>{{1, 6000}});
  const auto any = parents({{0, 0}, {1, 1}}, {2, 2});
  CHECK(any.at(0) == doctest::Approx(3000).epsilon(0.06));
  CHECK(parents({{3, 3}}, {0, 0}).at(0) == 6000);
}

TEST_CASE("the least error is that of those still there") {
  // The first test leaves 1 and 2; among these the best of the second test is 2, not the 0 of the one that is gone.
  const std::vector<Errors> individuals{{9, 0}, {0, 8}, {0, 4}};
  const auto count = parents(individuals, {1, 1});
  CHECK(count.at(0) == doctest::Approx(3000).epsilon(0.06));
  CHECK(count.at(2) == doctest::Approx(3000).epsilon(0.06));
  CHECK_FALSE(count.contains(1));
}

TEST_CASE("errors are the objectives on every case") {
  Individual individual;
  individual.evaluation.metrics.assign(metric_names().size(), 3);
  individual.evaluation.cases = {std::vector<std::uint64_t>(metric_names().size(), 4)};
  CHECK(errors_of(individual, objectives({"cycles", "utilisation"})) == Errors{3, -3, 4, -4});
}

TEST_CASE("a search by lexicase over several cases is the same on any number of lanes and from any generation on") {
  auto experiment = search_experiment();
  const auto bench = [](std::size_t lanes) {
    auto result = workbench(lanes);
    result.evaluate = [](std::size_t, const Genome& genome) {
      auto evaluation = evaluation_of(genome);
      if (evaluation.status == Status::ok) {
        evaluation.cases.emplace_back();
        for (std::size_t i = 0; i < metric_names().size(); ++i)
          evaluation.cases[0].push_back((hash(genome).high >> i) % 6);
      }
      return evaluation;
    };
    return result;
  };
  const auto tournaments = to_texts(run(experiment, bench(1), 6));
  experiment.search.selection = "lexicase";
  const auto all = run(experiment, bench(1), 6);
  CHECK(to_texts(all) != tournaments);
  check_same(all, run(experiment, bench(3), 6));
  for (std::uint32_t done = 1; done < 6; ++done)
    check_same(all, run(experiment, bench(2), 6 - done, {all.begin(), all.begin() + done}));
  const auto lineage = lineage_of(experiment, all);
  for (std::int64_t id = 0; id < lineage.size(); ++id)
    if (const auto parent = lineage[id].parents[0]; lineage[id].generation > 0)
      CHECK(lineage[parent].evaluation.status == Status::ok);
}

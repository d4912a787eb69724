#include "search/preselection.hpp"

#include <numeric>

#include "rig.hpp"

using namespace exogene;

namespace {

Experiment with_surrogate(const std::string& algorithm = "generational", const std::string& ranking = "regression") {
  auto experiment = search_experiment(algorithm);
  experiment.search.batch = 20;
  experiment.search.surrogate = Surrogate{4, ranking};
  return experiment;
}

/// Every genome is right, and its first objective is what the first feature says.
Workbench honest_workbench() {
  auto bench = workbench(2);
  const auto size = [](const Genome& genome) { return 1 + hash(genome).low % 1'000'000; };
  bench.evaluate = [=](std::size_t, const Genome& genome) {
    auto evaluation = evaluation_of(genome);
    evaluation.status = Status::ok;
    evaluation.reason.clear();
    evaluation.failed_gene = -1;
    evaluation.metrics.assign(metric_names().size(), size(genome));
    return evaluation;
  };
  bench.features = [=](std::size_t, std::span<const Gene> genes) {
    Features features(feature_names().size(), 1);
    features[0] = static_cast<double>(size(Genome{"matmul", {genes.begin(), genes.end()}}));
    return std::optional(features);
  };
  return bench;
}

std::vector<const Individual*> ranked(const std::vector<Generation>& generations) {
  std::vector<const Individual*> result;
  for (const auto& generation : generations)
    for (const auto& individual : generation.born)
      if (individual.prediction) result.push_back(&individual);
  return result;
}

double mean_measured(const std::vector<const Individual*>& individuals) {
  double sum = 0;
  for (const auto* individual : individuals) sum += static_cast<double>(individual->evaluation.metrics[0]);
  return sum / static_cast<double>(individuals.size());
}

}  // namespace

TEST_CASE("a search with a surrogate is the same in any number of lanes, and when it goes on") {
  for (const auto& experiment :
       {with_surrogate(), with_surrogate("steady"), with_surrogate("generational", "random")}) {
    const auto all = run(experiment, workbench(1), 12);
    REQUIRE(ranked(all).size() > 20);
    check_same(all, run(experiment, workbench(3), 12));
    for (const std::uint32_t done : {1U, 3U, 6U, 11U})
      check_same(all, run(experiment, workbench(2), 12 - done, {all.begin(), all.begin() + done}));
  }
}

TEST_CASE("until it has learnt enough, a surrogate changes nothing but that features are known") {
  auto all = run(with_surrogate(), workbench(), 12);
  const auto plain = run(search_experiment(), workbench(), 12);
  std::size_t first = 0;
  while (ranked({all[first]}).empty()) ++first;
  REQUIRE(first >= 2);
  for (std::size_t number = 0; number < all.size(); ++number)
    for (auto& individual : all[number].born) {
      if (number < first) CHECK(individual.features == features_of(individual.genome.genes).value_or(Features{}));
      individual.features.clear();
    }
  check_same({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first)},
             {plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(first)});
  CHECK(ranked(plain).empty());
}

TEST_CASE("the best of the candidates is evaluated, and it is as predicted") {
  const auto bench = honest_workbench();
  const auto by_prediction = run(with_surrogate(), bench, 12);
  const auto by_chance = run(with_surrogate("generational", "random"), bench, 12);
  const auto chosen = ranked(by_prediction);
  const auto any = ranked(by_chance);
  REQUIRE(chosen.size() > 50);
  REQUIRE(any.size() > 50);
  // Of numbers up to a million the least of four is 200,000 on average, any of them 500,000. Some children are copies.
  CHECK(mean_measured(chosen) < 350'000);
  CHECK(mean_measured(any) == doctest::Approx(500'000).epsilon(0.2));
  for (const auto& individuals : {chosen, any})
    for (const auto* individual : individuals)
      CHECK(individual->prediction->objective ==
            doctest::Approx(static_cast<double>(individual->evaluation.metrics[0])).epsilon(0.05));
}

TEST_CASE("where more is better, the greatest prediction is the best") {
  auto experiment = with_surrogate();
  experiment.objectives = {"utilisation"};
  const auto generations = run(experiment, honest_workbench(), 12);
  const auto chosen = ranked(generations);
  REQUIRE(chosen.size() > 50);
  CHECK(mean_measured(chosen) > 600'000);
}

TEST_CASE("a child of an LLM is evaluated whatever a surrogate thinks of it, and asked for as often") {
  auto experiment = with_surrogate();
  experiment.llm = models(0.5);
  const auto generations = run(experiment, workbench(2), 12);
  std::size_t children = 0;
  for (const auto& generation : generations)
    for (const auto& individual : generation.born)
      if (individual.operation == "llm") {
        ++children;
        CHECK_FALSE(individual.prediction.has_value());
      }
  CHECK(children > 5);
  for (const auto& generation : generations)
    for (const auto& proposal : generation.proposals) CHECK(proposal.key.attempt == 0);
}

TEST_CASE("candidates that do not decode are not evaluated while there are others") {
  const auto generations = run(with_surrogate(), workbench(), 12);
  const auto plain = run(search_experiment(), workbench(), 12);
  const auto undecodable = [](const std::vector<Generation>& all) {
    std::size_t count = 0;
    for (std::size_t number = 6; number < all.size(); ++number)
      for (const auto& individual : all[number].born) count += features_of(individual.genome.genes) ? 0 : 1;
    return count;
  };
  CHECK(undecodable(plain) > 0);
  CHECK(undecodable(generations) == 0);
}

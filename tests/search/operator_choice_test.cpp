#include "search/operator_choice.hpp"

#include <numeric>

#include "rig.hpp"
#include "search/gain.hpp"
#include "search/tally.hpp"

using namespace exogene;

namespace {

/// Builds a lineage by hand: memory_accesses and instructions are the objectives.
struct Tree {
  Experiment experiment = search_experiment();
  Lineage lineage{objectives(experiment.objectives)};
  std::vector<Individual> born;

  std::int64_t add(const std::string& operation, std::array<std::int64_t, 2> parents, std::uint64_t accesses,
                   std::uint64_t instructions, Status status = Status::ok) {
    Individual individual;
    individual.id = lineage.size() + static_cast<std::int64_t>(born.size());
    individual.generation = lineage.generations();
    individual.operation = operation;
    individual.parents = parents;
    individual.hash = {1, static_cast<std::uint64_t>(individual.id)};
    individual.evaluation.status = status;
    individual.evaluation.metrics.assign(metric_names().size(), 0);
    for (const auto& [place, value] : {std::pair(0U, accesses), {1U, instructions}})
      individual.evaluation.metrics[objectives(experiment.objectives)[place]] = value;
    born.push_back(individual);
    return individual.id;
  }

  void end_generation() {
    Generation generation;
    generation.born = std::move(born);
    born.clear();
    enter_gains(generation, lineage, experiment);
    lineage.add(generation);
  }
};

double probability(const OperatorShares& shares, const std::string& name) {
  const auto found = std::ranges::find(shares.names, name);
  REQUIRE(found != shares.names.end());
  return shares.probabilities[static_cast<std::size_t>(found - shares.names.begin())];
}

}  // namespace

TEST_CASE("a gain is the share by which a child beats the better parent in the objective that decides") {
  Tree tree;
  const auto far = tree.add("curated", {-1, -1}, 100, 10);
  const auto near = tree.add("curated", {-1, -1}, 50, 10);
  tree.end_generation();
  const auto wrong = tree.add("insert", {far, -1}, 0, 0, Status::crashed);
  tree.end_generation();
  const auto first = tree.add("insert", {far, -1}, 25, 10);
  const auto second = tree.add("insert", {far, -1}, 100, 5);
  const auto worse = tree.add("insert", {near, -1}, 60, 1);
  const auto both = tree.add("crossover", {far, near}, 40, 10);
  const auto saved = tree.add("insert", {wrong, -1}, 100, 10);
  const auto copy = tree.add("insert", {far, -1}, 25, 10);
  tree.born.back().hash = {1, static_cast<std::uint64_t>(first)};
  tree.end_generation();
  const auto old_copy = tree.add("insert", {far, -1}, 25, 10);
  tree.born.back().hash = {1, static_cast<std::uint64_t>(first)};
  const auto last = tree.add("insert", {first, -1}, 20, 10);
  tree.experiment.search.selection = "nsga2";
  const auto other = tree.add("insert", {near, -1}, 60, 1);
  tree.end_generation();
  const auto gain = [&](std::int64_t id) { return tree.lineage[id].gain; };
  CHECK(gain(far) == 0);
  CHECK(gain(wrong) == 0);
  CHECK(gain(first) == 0.75);
  CHECK(gain(second) == 0.5);
  CHECK(gain(worse) == 0);
  CHECK(gain(both) == 0.2);
  CHECK(gain(saved) == 1);
  CHECK(gain(copy) == 0);
  CHECK(gain(old_copy) == 0);
  CHECK(gain(last) == 0.2);
  CHECK(gain(other) == 0.9);  // in the second objective
}

TEST_CASE("fixed and uniform shares, with crossover as one of the operators") {
  Tree tree;
  auto& search = tree.experiment.search;
  search.crossover = 0.25;
  CHECK(probability(operator_shares(tree.lineage, tree.experiment), "insert") == doctest::Approx(0.3));
  search.operators = Operators{"fixed", {{"insert", 2}, {"move", 1}}};
  auto shares = operator_shares(tree.lineage, tree.experiment);
  CHECK(shares.names == std::vector<std::string>{"insert", "move", "crossover"});
  CHECK(probability(shares, "insert") == 0.5);
  CHECK(probability(shares, "move") == 0.25);
  CHECK(probability(shares, "crossover") == 0.25);
  search.operators->choice = "uniform";
  for (const auto share : operator_shares(tree.lineage, tree.experiment).probabilities)
    CHECK(share == doctest::Approx(1.0 / 3));
  search.crossover = 0;
  CHECK(operator_shares(tree.lineage, tree.experiment).names == std::vector<std::string>{"insert", "move"});
  search.crossover = 1;
  CHECK(operator_shares(tree.lineage, tree.experiment).names == std::vector<std::string>{"crossover"});
}

TEST_CASE("adaptive pursuit favours the operator of the best recent gain, and forgets it") {
  Tree tree;
  tree.experiment.search.crossover = 0;
  tree.experiment.search.operators = Operators{"adaptive_pursuit", {{"insert", 1}, {"move", 1}}};
  const auto shares = [&] { return operator_shares(tree.lineage, tree.experiment); };
  const auto root = tree.add("curated", {-1, -1}, 1000, 10);
  tree.end_generation();
  CHECK(probability(shares(), "insert") == 0.5);
  tree.add("insert", {root, -1}, 1000, 10);
  tree.add("move", {root, -1}, 500, 10);
  tree.end_generation();
  CHECK(probability(shares(), "move") > 0.5);
  for (int generation = 0; generation < 30; ++generation) {
    tree.add("insert", {root, -1}, 900, 10);
    tree.end_generation();
  }
  CHECK(probability(shares(), "move") == doctest::Approx(0.75).epsilon(0.01));
  for (int child = 0; child < 50; ++child) tree.add("move", {root, -1}, 2000, 10);
  tree.end_generation();
  for (int generation = 0; generation < 30; ++generation) {
    tree.add("insert", {root, -1}, 900, 10);
    tree.end_generation();
  }
  CHECK(probability(shares(), "insert") == doctest::Approx(0.75).epsilon(0.01));
  const auto all = shares().probabilities;
  CHECK(std::accumulate(all.begin(), all.end(), 0.0) == doctest::Approx(1));
}

TEST_CASE("a search with adaptive pursuit is the same on any number of lanes and from any generation on") {
  auto experiment = search_experiment();
  experiment.search.operators = Operators{"adaptive_pursuit", usual_weights()};
  experiment.search.archive = 0.3;
  for (const std::string algorithm : {"generational", "steady"}) {
    experiment.search.algorithm = algorithm;
    experiment.search.batch = 9;
    const auto all = run(experiment, workbench(1), 8);
    check_same(all, run(experiment, workbench(3), 8));
    for (std::uint32_t done = 1; done < 8; ++done)
      check_same(all, run(experiment, workbench(2), 8 - done, {all.begin(), all.begin() + done}));
  }
}

TEST_CASE("tallies add up") {
  auto experiment = search_experiment();
  experiment.search.operators = Operators{"adaptive_pursuit", usual_weights()};
  const auto all = run(experiment, workbench(), 8);
  const auto lineage = lineage_of(experiment, all);
  const auto table = tallies(lineage, all.back().probabilities);
  REQUIRE(table.size() == usual_weights().size() + 2);  // crossover, curated
  CHECK(table.back().name == "curated");
  CHECK(table.back().proposals == 2);
  CHECK_FALSE(table.back().probability.has_value());
  std::uint64_t proposals = 0;
  double probabilities = 0;
  for (const auto& tally : table) {
    proposals += tally.proposals;
    probabilities += tally.probability.value_or(0);
    CHECK(tally.improved <= tally.right);
    CHECK(tally.right + tally.known <= tally.proposals);
    CHECK((tally.gain > 0) == (tally.improved > 0));
  }
  CHECK(proposals == static_cast<std::uint64_t>(lineage.size()));
  CHECK(probabilities == doctest::Approx(1));
}

#include <map>
#include <set>

#include "rig.hpp"

using namespace exogene;

namespace {

/// So many instructions, the only objective here, of a program of its own.
Evaluation costing(std::uint64_t instructions, const Genome& genome) {
  Evaluation evaluation;
  evaluation.status = Status::ok;
  evaluation.c_hash = hash(genome);
  evaluation.metrics.assign(metric_names().size(), 0);
  evaluation.metrics[objectives({"instructions"})[0]] = instructions;
  return evaluation;
}

Experiment experiment_of(const std::string& algorithm) {
  auto experiment = search_experiment(algorithm);
  experiment.objectives = {"instructions"};
  return experiment;
}

Workbench workbench_of(const std::function<Evaluation(const Genome&)>& evaluate) {
  auto bench = workbench();
  bench.evaluate = [=](std::size_t, const Genome& genome) { return evaluate(genome); };
  bench.sites = [](std::size_t, std::span<const Gene>) { return array_sites(); };
  return bench;
}

bool holds(const Genome& part, const Genome& genome) {
  return part.genes.size() <= genome.genes.size() &&
         std::equal(part.genes.begin(), part.genes.end(), genome.genes.begin());
}

}  // namespace

TEST_CASE("steady-state: a batch is born, the best of all live, each genome once") {
  auto experiment = search_experiment("steady");
  experiment.search.retries = 1;  // duplicates there are
  const auto generations = run(experiment, workbench(2), 20);
  const auto lineage = lineage_of(experiment, generations);
  const auto goals = objectives(experiment.objectives);
  CHECK(generations[0].born.size() == 2);
  std::set<Hash> alive;
  for (std::size_t number = 1; number < generations.size(); ++number) {
    const auto& generation = generations[number];
    CHECK(generation.born.size() == 5);
    REQUIRE(generation.population.size() <= 20);
    alive.clear();
    for (const auto id : generation.population) alive.insert(lineage[id].hash);
    CHECK(alive.size() == generation.population.size());
    for (const auto& child : generation.born) {
      const auto& able = generations[number - 1].population;
      CHECK(std::ranges::find(able, child.parents[0]) != able.end());
    }
  }
  REQUIRE(alive.size() == 20);
  const auto worst = lineage.population().back();
  for (std::int64_t id = 0; id < lineage.size(); ++id)
    if (!alive.contains(lineage[id].hash)) CHECK(is_better(lineage[worst], lineage[id], goals));
}

TEST_CASE("random search: walks of all lengths from each curated genome, whatever was found") {
  const auto experiment = experiment_of("random");
  const auto bench = workbench_of([](const Genome& genome) { return costing(10, genome); });
  const auto generations = run(experiment, bench, 40);
  std::map<std::size_t, int> lengths;
  std::map<std::int64_t, int> starts;
  for (std::size_t number = 1; number < generations.size(); ++number)
    for (const auto& child : generations[number].born) {
      CHECK(child.operation == "random_walk");
      const auto& start = experiment.initial.at(static_cast<std::size_t>(child.parents[0])).genome;
      REQUIRE(holds(start, child.genome));
      ++lengths[child.genome.genes.size() - start.genes.size()];
      ++starts[child.parents[0]];
    }
  CHECK(lengths.size() == 8);
  CHECK(lengths.begin()->first == 1);
  CHECK(lengths.rbegin()->first == 8);
  CHECK(starts.size() == 2);
  for (const auto& [start, count] : starts) CHECK(count > 70);  // of 195
}

TEST_CASE("hill climbing: climbs from what is better, waits, and starts anew") {
  auto experiment = experiment_of("hill_climbing");
  for (const char* const improvement : {"first", "best"}) {
    experiment.search.improvement = improvement;
    // Better with each gene up to four of them.
    const auto generations = run(experiment, workbench_of([](const Genome& genome) {
                                   const auto length = genome.genes.size();
                                   return costing(length <= 4 ? 10 - length : 20, genome);
                                 }),
                                 40);
    const auto lineage = lineage_of(experiment, generations);
    const auto cost = [&](std::int64_t id) { return lineage[id].evaluation.metrics[0]; };
    std::int64_t at = 1;  // the second curated genome is longer, thus better
    std::uint32_t idle = 0;
    int restarts = 0;
    for (std::size_t number = 1; number < generations.size(); ++number) {
      const auto& born = generations[number].born;
      const bool fresh = idle == experiment.search.patience;
      auto next = fresh ? born.front().id : at;
      for (const auto& child : born) {
        CHECK((child.operation == "restart") == fresh);
        if (fresh)
          CHECK(child.parents[0] < 2);
        else
          CHECK(child.parents[0] == at);
        const bool shorter = child.genome.genes.size() < lineage[next].genome.genes.size();
        const bool better = cost(child.id) < cost(next) || (cost(child.id) == cost(next) && shorter);
        if (better && (fresh || next == at || experiment.search.improvement == "best")) next = child.id;
      }
      restarts += fresh ? 1 : 0;
      idle = next == at ? idle + 1 : 0;
      at = next;
    }
    CHECK(restarts > 3);
    CHECK(cost(lineage.population().front()) == 6);
  }
}

TEST_CASE("hill climbing: fresh starts are made until one is right") {
  auto experiment = experiment_of("hill_climbing");
  experiment.search.perturbation = 1;
  const auto generations = run(experiment, workbench_of([](const Genome& genome) {
                                 auto evaluation = costing(10, genome);
                                 if (genome.genes.size() != 2) evaluation.status = Status::wrong_result;
                                 return evaluation;
                               }),
                               12);
  const auto lineage = lineage_of(experiment, generations);
  for (std::size_t number = 1; number < generations.size(); ++number)
    for (const auto& child : generations[number].born)
      if (child.operation != "restart") CHECK(lineage[child.parents[0]].evaluation.status == Status::ok);
}

TEST_CASE("tree search: a state grows by one gene and a rollout, and is right and of a program of its own") {
  auto experiment = experiment_of("mcts");
  const auto generations = run(experiment, workbench_of([](const Genome& genome) {
                                 auto evaluation = costing(hash(genome).low % 100, genome);
                                 evaluation.c_hash = {1 + hash(genome).high % 40, 0};  // few programs
                                 if (hash(genome).low % 3 == 0) evaluation.status = Status::decode_failed;
                                 return evaluation;
                               }),
                               60);
  const auto lineage = lineage_of(experiment, generations);
  std::map<Hash, std::int64_t> first;  // of each program
  std::set<std::int64_t> parents;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& individual = lineage[id];
    if (individual.evaluation.status == Status::ok) first.try_emplace(individual.evaluation.c_hash, id);
    if (id < 2) continue;
    const auto& parent = lineage[individual.parents[0]];
    REQUIRE(holds(parent.genome, individual.genome));
    const auto grown = individual.genome.genes.size() - parent.genome.genes.size();
    CHECK(grown >= (individual.operation == "expand" ? 1 : 2));
    CHECK(grown <= (individual.operation == "expand" ? 1 : 3));
    CHECK((individual.operation == "expand" || individual.operation == "rollout"));
    parents.insert(individual.parents[0]);
  }
  for (const auto id : parents)
    if (id >= 2) CHECK(first.at(lineage[id].evaluation.c_hash) == id);
  CHECK(parents.size() > 8);
}

TEST_CASE("tree search: what is below a better state is visited more, and a batch is spread") {
  auto experiment = experiment_of("mcts");
  experiment.search.exploration = 0.1;
  // Behind the second curated genome all is better than behind the first.
  const auto bench = workbench_of([&](const Genome& genome) {
    return costing(holds(experiment.initial[1].genome, genome) ? 100 + hash(genome).low % 50 : 1000, genome);
  });
  const auto generations = run(experiment, bench, 40);
  std::size_t better = 0;
  std::size_t all = 0;
  std::set<std::int64_t> expanded;
  for (std::size_t number = 1; number < generations.size(); ++number)
    for (const auto& child : generations[number].born) {
      ++all;
      better += holds(experiment.initial[1].genome, child.genome) ? 1 : 0;
      if (number + 1 == generations.size()) expanded.insert(child.parents[0]);
    }
  CHECK(10 * better > 9 * all);
  CHECK(expanded.size() >= 3);  // of 5 slots
}

TEST_CASE("tree search: progressive widening bounds the children of a state") {
  auto experiment = experiment_of("mcts");
  experiment.search.batch = 1;
  experiment.search.rollout = 0;
  const auto widest = [&](double widening) {
    experiment.search.widening = widening;
    std::map<std::int64_t, int> children;
    for (const auto& generation :
         run(experiment, workbench_of([](const Genome& genome) { return costing(hash(genome).low % 100, genome); }),
             200))
      for (const auto& child : generation.born) ++children[child.parents[0]];
    children.erase(-1);
    return std::ranges::max_element(children, {}, [](const auto& entry) { return entry.second; })->second;
  };
  CHECK(widest(0) == 1);
  CHECK(widest(1) <= 15);  // 200^0.5 and one more
  CHECK(widest(4) > 15);
}

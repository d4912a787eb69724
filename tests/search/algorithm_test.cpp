#include "search/algorithm.hpp"

#include <atomic>
#include <set>

#include "operators/mutation.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

void for_each_algorithm(const std::function<void(Experiment)>& check) {
  for (const auto& name : algorithm_names()) {
    CAPTURE(name);
    check(search_experiment(name));
  }
}

/// Kinds of genes of which each makes a schedule better once; any other gene, and any second of a kind, makes it worse.
const std::set<std::string> planted{"hoist", "load_once", "overwrite", "wide_stores", "double_buffer", "hoist_config"};

std::uint64_t distance(const Genome& genome) {
  auto missing = planted;
  std::uint64_t idle = 0;
  for (const auto& gene : genome.genes) idle += missing.erase(gene.kind->name) == 0 ? 1 : 0;
  return 4 * missing.size() + idle;
}

/// Instructions, the second objective, say how far it is to the planted genome; all else is the same everywhere.
Workbench planted_workbench() {
  auto bench = workbench();
  bench.evaluate = [](std::size_t, const Genome& genome) {
    Evaluation evaluation;
    evaluation.status = Status::ok;
    evaluation.c_hash = hash(genome);
    evaluation.metrics.assign(metric_names().size(), 0);
    evaluation.metrics[objectives({"instructions"})[0]] = 10 + distance(genome);
    return evaluation;
  };
  return bench;
}

}  // namespace

TEST_CASE("every algorithm that an experiment can name is there, and no other") {
  std::set<std::string> there;
  for (const auto& [name, algorithm] : algorithms()) there.insert(name);
  const auto names = algorithm_names();
  CHECK(there == std::set<std::string>(names.begin(), names.end()));
  CHECK(there.size() == 6);
}

TEST_CASE("any algorithm makes the same history in any number of lanes") {
  for_each_algorithm([](const Experiment& experiment) {
    const auto one = run(experiment, workbench(1), 15);
    for (const std::size_t lanes : {2U, 4U}) check_same(one, run(experiment, workbench(lanes), 15));
  });
}

TEST_CASE("any algorithm goes on from any generation as if it had never ended") {
  for_each_algorithm([](const Experiment& experiment) {
    const auto all = run(experiment, workbench(2), 15);
    for (std::uint32_t done = 1; done < 15; ++done)
      check_same(all, run(experiment, workbench(2), 15 - done, {all.begin(), all.begin() + done}));
  });
}

TEST_CASE("no algorithm evaluates a genome twice, also when it goes on") {
  for_each_algorithm([](Experiment experiment) {
    for (const std::uint32_t retries : {0U, 40U}) {
      experiment.search.retries = retries;
      Calls calls;
      const auto some = run(experiment, calls.workbench(3), 8);
      const auto all = run(experiment, calls.workbench(3), 8, some);
      CHECK(calls.count.size() == genomes(all).size());
      for (const auto& [genome, count] : calls.count) CHECK(count == 1);
    }
  });
}

TEST_CASE("a budget of evaluations is used up exactly, and what comes before its end is as without") {
  for_each_algorithm([](Experiment experiment) {
    experiment.search.generations.reset();
    for (const std::uint64_t evaluations : {2U, 17U, 61U, 64U}) {
      CAPTURE(evaluations);
      experiment.budget.evaluations = evaluations;
      Calls calls;
      const auto ended = run_to_end(experiment, calls.workbench(2));
      CHECK(calls.count.size() == evaluations);
      const auto count = static_cast<std::uint32_t>(ended.size());
      auto free = experiment;
      free.budget = {};
      free.search.generations = count;
      auto unlimited = run(free, workbench(), count);
      const auto cut = ended.back().born.size();
      CHECK(cut <= unlimited.back().born.size());
      unlimited.back().born.resize(cut);
      unlimited.back().population = ended.back().population;  // fewer may live
      check_same(ended, unlimited);
    }
  });
}

TEST_CASE("the curated genomes come first, ids and slots count up, parents are elder, and the best lives") {
  for_each_algorithm([](const Experiment& experiment) {
    const auto generations = run(experiment, workbench(2), 12);
    const auto lineage = lineage_of(experiment, generations);
    const auto goals = objectives(experiment.objectives);
    for (std::int64_t id = 0; id < lineage.size(); ++id) {
      const auto& individual = lineage[id];
      CHECK(individual.id == id);
      CHECK(individual.hash == hash(individual.genome));
      CHECK((individual.operation == "curated") == (id < 2));
      CHECK((individual.parents[0] < 0) == (id < 2));
      CHECK(std::max(individual.parents[0], individual.parents[1]) < id);
      CHECK(individual.genome.genes.size() <= longest_genome);
    }
    std::int64_t best = 0;
    std::int64_t born = 0;
    for (const auto& generation : generations) {
      for (std::size_t slot = 0; slot < generation.born.size(); ++slot, ++born) {
        CHECK(generation.born[slot].slot == slot);
        if (is_better(lineage[born], lineage[best], goals)) best = born;
      }
      REQUIRE_FALSE(generation.population.empty());
      CHECK(generation.population.front() == best);
    }
  });
}

TEST_CASE("any algorithm goes on when nothing is right, and stops when it is told") {
  for_each_algorithm([](const Experiment& experiment) {
    auto bench = workbench(2);
    bench.evaluate = [](std::size_t, const Genome&) {
      Evaluation evaluation;
      evaluation.status = Status::wrong_result;
      return evaluation;
    };
    const auto generations = run(experiment, bench, 8);
    CHECK(genomes(generations).size() > 20);
    bench.stopped = [] { return true; };
    CHECK_FALSE(next_generation(lineage_of(experiment, generations), experiment, alphabet(), bench).has_value());
  });
}

TEST_CASE("an algorithm that finds no new genome ends") {
  for_each_algorithm([](Experiment experiment) {
    experiment.search.generations.reset();
    experiment.search.retries = 0;
    experiment.budget.evaluations = 1'000'000;
    auto bench = workbench();
    bench.sites = [](std::size_t, std::span<const Gene>) { return std::nullopt; };
    const auto generations = run_to_end(experiment, bench);
    CHECK(genomes(generations).size() < 40);
    CHECK(reason_to_end(lineage_of(experiment, generations), experiment) ==
          "the last 100 generations brought no new genome");
  });
}

TEST_CASE("an algorithm that learns comes nearer to a planted genome than random walks") {
  std::map<std::string, std::uint64_t> left;  // distance of the best, sum over seeds
  for_each_algorithm([&](Experiment experiment) {
    if (experiment.search.algorithm == "llm_only") return;  // the made-up models learn nothing
    experiment.objectives = {"instructions"};
    experiment.search.generations.reset();
    experiment.budget.evaluations = 400;
    experiment.search.patience = 4;  // of so many kinds, few are planted
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
      experiment.seed = seed;
      const auto lineage = lineage_of(experiment, run_to_end(experiment, planted_workbench()));
      left[experiment.search.algorithm] += distance(lineage[lineage.population().front()].genome);
    }
  });
  for (const auto& [name, sum] : left) {
    CAPTURE(name);
    if (name != "random") CHECK(5 * sum < 4 * left["random"]);
  }
}

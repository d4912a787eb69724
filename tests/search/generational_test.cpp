#include "search/generational.hpp"

#include <chrono>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "rig.hpp"

using namespace exogene;

namespace {

std::size_t individuals(const std::vector<Generation>& generations) {
  std::size_t count = 0;
  for (const auto& generation : generations) count += generation.born.size();
  return count;
}

/// An experiment in which many children are duplicates: genes are only removed or swapped, and there are no retries.
std::pair<Experiment, Workbench> poor(Calls& calls, std::size_t lanes, std::uint32_t retries) {
  auto experiment = search_experiment();
  experiment.search.retries = retries;
  auto bench = calls.workbench(lanes);
  bench.sites = [](std::size_t, std::span<const Gene>) { return std::nullopt; };
  return {experiment, bench};
}

Generation first_generation(const Experiment& experiment, const Workbench& bench) {
  return run(experiment, bench, 1).front();
}

}  // namespace

TEST_CASE("the number of lanes changes nothing") {
  const auto experiment = search_experiment();
  const auto one = run(experiment, workbench(1), 10);
  check_same(one, run(experiment, workbench(4), 10));
  check_same(one, run(experiment, workbench(3), 10));
}

TEST_CASE("how long evaluations take changes nothing") {
  auto experiment = search_experiment();
  for (const std::uint32_t retries : {0U, 40U}) {
    experiment.search.retries = retries;
    auto slow = workbench(4);
    std::array<std::minstd_rand, 4> chance{};
    for (std::size_t lane = 0; lane < 4; ++lane)
      chance[lane].seed(static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count()) +
                        static_cast<std::uint32_t>(lane));
    const auto sleep = [&](std::size_t lane) {
      std::this_thread::sleep_for(std::chrono::microseconds(chance.at(lane)() % 2000));
    };
    slow.evaluate = [&](std::size_t lane, const Genome& genome) {
      sleep(lane);
      return evaluation_of(genome);
    };
    slow.sites = [&](std::size_t lane, std::span<const Gene> prefix) {
      sleep(lane);
      return sites_of(prefix);
    };
    check_same(run(experiment, workbench(1), 6), run(experiment, slow, 6));
  }
}

TEST_CASE("a search goes on from its recorded generations as if it had never ended") {
  const auto experiment = search_experiment();
  const auto all = run(experiment, workbench(2), 8);
  for (const std::uint32_t done : {1U, 4U, 7U}) {
    CAPTURE(done);
    check_same(all, run(experiment, workbench(2), 8 - done, {all.begin(), all.begin() + done}));
  }
}

TEST_CASE("a generation depends on the lineage alone") {
  const auto experiment = search_experiment();
  const auto lineage = lineage_of(experiment, run(experiment, workbench(), 3));
  const auto once = next_generation(lineage, experiment, alphabet(), workbench());
  const auto again = next_generation(lineage, experiment, alphabet(), workbench(2));
  REQUIRE(once.has_value());
  REQUIRE(again.has_value());
  check_same({*once}, {*again});
}

TEST_CASE("another seed gives another history") {
  auto experiment = search_experiment();
  const auto one = genomes(run(experiment, workbench(), 4));
  ++experiment.seed;
  const auto other = genomes(run(experiment, workbench(), 4));
  std::size_t shared = 0;
  for (const auto& genome : one) shared += other.contains(genome) ? 1 : 0;
  CHECK(shared < one.size() / 2);
}

TEST_CASE("generation 0 is the curated genomes in their order, and the next one has their children") {
  const auto experiment = search_experiment();
  const auto generations = run(experiment, workbench(2), 2);
  REQUIRE(generations[0].born.size() == 2);
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const auto& individual = generations[0].born[slot];
    CHECK(individual.operation == "curated");
    CHECK(individual.genome == experiment.initial[slot].genome);
    CHECK(individual.parents == std::array<std::int64_t, 2>{-1, -1});
    CHECK(individual.retries == 0);
  }
  std::set<std::int64_t> parents;
  for (const auto& individual : generations[1].born) parents.insert(individual.parents[0]);
  CHECK(parents == std::set<std::int64_t>{0, 1});
}

TEST_CASE("all curated genomes live in generation 0, even when they are more than the population") {
  auto experiment = search_experiment();
  experiment.search.population = 4;
  experiment.search.elites = 1;
  for (const char* const kind : {"simplify", "tensorise: {widths: [2, 2]}", "tensorise: {widths: [1, 1]}",
                                 "tensorise: {widths: [4, 4]}", "tensorise: {widths: [2, 4]}"}) {
    const auto gene = std::string(kind) + (std::string(kind) == "simplify" ? ": {}" : "");
    experiment.initial.push_back({kind, parse_genome("kernel: matmul\ngenes:\n  - " + gene + "\n", kind, alphabet())});
  }
  const auto generations = run(experiment, workbench(), 3);
  CHECK(generations[0].born.size() == 7);
  CHECK(generations[0].population.size() == 7);
  for (const std::size_t later : {1U, 2U}) {
    CHECK(generations[later].born.size() == 3);
    CHECK(generations[later].population.size() == 4);
  }
}

TEST_CASE("ids, slots, hashes and populations are what they should be") {
  for (const std::uint32_t elites : {1U, 3U, 19U}) {
    CAPTURE(elites);
    auto experiment = search_experiment();
    experiment.search.elites = elites;
    const auto goals = objectives(experiment.objectives);
    Lineage lineage(goals);
    for (std::uint32_t number = 0; number < 10; ++number) {
      const auto before = lineage.population();
      const auto generation = next_generation(lineage, experiment, alphabet(), workbench(2)).value();
      CHECK(generation.number == number);
      const auto survivors = std::min<std::size_t>(elites, before.size());
      REQUIRE(generation.born.size() == (number == 0 ? 2 : 20 - survivors));
      std::set<std::int64_t> alive;
      for (std::size_t slot = 0; slot < generation.born.size(); ++slot) {
        const auto& individual = generation.born[slot];
        CHECK(individual.id == lineage.size() + static_cast<std::int64_t>(slot));
        CHECK(individual.slot == slot);
        CHECK(individual.generation == number);
        CHECK(individual.hash == hash(individual.genome));
        CHECK(individual.genome.kernel == "matmul");
        CHECK(to_text(parse_genome(to_text(individual.genome), "child", alphabet())) == to_text(individual.genome));
        alive.insert(individual.id);
      }
      // elites are never lost
      alive.insert(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(survivors));
      CHECK(generation.population.size() == (number == 0 ? 2 : 20));
      CHECK(std::set(generation.population.begin(), generation.population.end()) == alive);
      lineage.add(generation);
      const auto& now = lineage.population();
      CHECK(std::ranges::is_sorted(
          now, [&](std::int64_t a, std::int64_t b) { return is_better(lineage[a], lineage[b], goals); }));
      if (number > 0) CHECK_FALSE(is_better(lineage[before[0]], lineage[now[0]], goals));
      for (std::int64_t id = 0; id < lineage.size(); ++id)  // with an elite, nothing better was ever lost
        CHECK_FALSE(is_better(lineage[id], lineage[now[0]], goals));
    }
  }
}

TEST_CASE("parents live, and are right where any is") {
  const auto experiment = search_experiment();
  const auto generations = run(experiment, workbench(2), 10);
  const auto lineage = lineage_of(experiment, generations);
  for (std::size_t number = 0; number < generations.size(); ++number) {
    CAPTURE(number);
    const std::vector<std::int64_t> founders{0, 1};
    const auto& able = number == 0 ? founders : generations[number - 1].population;
    for (const auto& child : generations[number].born) {
      if (child.operation == "curated") continue;
      REQUIRE(std::ranges::find(able, child.parents[0]) != able.end());
      if (number > 0) CHECK(lineage[child.parents[0]].evaluation.status == Status::ok);
      CHECK((child.operation == "crossover") == (child.parents[1] >= 0));
      if (child.parents[1] < 0) continue;
      REQUIRE(std::ranges::find(able, child.parents[1]) != able.end());
      if (number > 0) CHECK(lineage[child.parents[1]].evaluation.status == Status::ok);
    }
  }
}

TEST_CASE("when nothing is right, the search goes on all the same") {
  auto bench = workbench(2);
  bench.evaluate = [](std::size_t, const Genome& genome) {
    auto evaluation = evaluation_of(genome);
    evaluation.status = Status::wrong_result;
    evaluation.metrics.clear();
    return evaluation;
  };
  const auto generations = run(search_experiment(), bench, 5);
  std::set<std::int64_t> parents;
  for (const auto& child : generations.back().born) parents.insert(child.parents[0]);
  CHECK(parents.size() > 3);
}

TEST_CASE("a mutant is its parent with one change, a crossover has two parents") {
  auto experiment = search_experiment();
  std::set<std::string> operations;
  const auto generations = run(experiment, workbench(), 16);
  const auto lineage = lineage_of(experiment, generations);
  for (const auto& generation : generations)
    for (const auto& child : generation.born) {
      operations.insert(child.operation);
      if (child.operation == "curated") continue;
      const auto length = child.genome.genes.size();
      const auto before = lineage[child.parents[0]].genome.genes.size();
      if (child.operation == "insert") CHECK(length == before + 1);
      if (child.operation == "delete") CHECK(length + 1 == before);
      if (child.operation == "replace" || child.operation == "change_argument" || child.operation == "swap")
        CHECK(length == before);
    }
  CHECK(operations ==
        std::set<std::string>{"curated", "insert", "delete", "replace", "change_argument", "swap", "crossover"});
}

TEST_CASE("the probability of crossover is kept to") {
  auto experiment = search_experiment();
  experiment.search.crossover = 0;
  for (const auto& generation : run(experiment, workbench(), 4))
    for (const auto& child : generation.born) CHECK(child.operation != "crossover");
  experiment.search.crossover = 1;
  const auto generations = run(experiment, workbench(), 4);
  for (const auto& child : generations[3].born) CHECK(child.operation == "crossover");
}

TEST_CASE("a larger tournament has better parents") {
  auto experiment = search_experiment();
  const auto past = run(experiment, workbench(), 5);
  const auto lineage = lineage_of(experiment, past);
  const auto places = [&](std::uint32_t tournament) {  // sum over all children
    experiment.search.tournament = tournament;
    std::ptrdiff_t sum = 0;
    const auto generation = next_generation(lineage, experiment, alphabet(), workbench()).value();
    for (const auto& child : generation.born)
      sum += std::ranges::find(lineage.population(), child.parents[0]) - lineage.population().begin();
    return sum;
  };
  const auto all = places(1);
  const auto some = places(3);
  const auto best = places(20);
  CHECK(best < some);
  CHECK(some < all);
}

TEST_CASE("no genome is born twice while there are retries") {
  const auto experiment = search_experiment();
  const auto generations = run(experiment, workbench(2), 10);
  CHECK(genomes(generations).size() == individuals(generations));
  std::uint32_t retried = 0;
  for (const auto& generation : generations)
    for (const auto& child : generation.born) {
      CHECK(child.retries <= experiment.search.retries);
      retried += child.retries;
    }
  CHECK(retried > 0);
}

TEST_CASE("no genome is born twice in a generation that is nearly all there can be") {
  Calls calls;
  auto [experiment, bench] = poor(calls, 3, 2000);
  Genome eight{"matmul", {}};  // each gene can be removed, each but the last swapped with the next: 15 children
  for (const int loops : {1, 2, 3, 4, 5, 6, 7, 8})
    eight.genes.push_back(
        parse_genome(fmt::format("kernel: matmul\ngenes:\n  - hoist: {{buffer: b, loops: {}}}\n", loops), "eight",
                     alphabet())
            .genes.front());
  experiment.initial = {{"eight", eight}};
  experiment.search.population = 15;
  experiment.search.elites = 1;
  experiment.search.crossover = 0;
  CHECK(genomes(run(experiment, bench, 2)).size() == 15);
}

TEST_CASE("each genome is evaluated once, duplicates take the known evaluation in no time") {
  for (const std::size_t lanes : {1U, 4U}) {
    Calls calls;
    const auto [experiment, bench] = poor(calls, lanes, 0);
    const auto generations = run(experiment, bench, 6);
    CHECK(individuals(generations) > 2 * genomes(generations).size());  // there are duplicates
    std::set<Hash> seen;
    for (const auto& generation : generations)
      for (const auto& individual : generation.born) {
        auto expected = individual;
        expected.evaluation = evaluation_of(individual.genome);
        if (!seen.insert(individual.hash).second) expected.evaluation.seconds = {};
        CHECK(to_text(individual) == to_text(expected));
      }
    CHECK(calls.count.size() == seen.size());
    for (const auto& [genome, count] : calls.count) CHECK(count == 1);
  }
}

TEST_CASE("a search that goes on evaluates nothing that it knows") {
  const auto experiment = search_experiment();
  const auto past = run(experiment, workbench(), 5);
  Calls calls;
  run(experiment, calls.workbench(2), 5, past);
  for (const auto& genome : genomes(past)) CHECK_FALSE(calls.count.contains(genome));
}

TEST_CASE("curated genomes that are the same are evaluated once") {
  auto experiment = search_experiment();
  experiment.initial.push_back({"twin", experiment.initial[1].genome});
  Calls calls;
  const auto generation = first_generation(experiment, calls.workbench(2));
  CHECK(generation.born[2].operation == "curated");
  CHECK(generation.born[2].hash == generation.born[1].hash);
  CHECK(generation.born[2].evaluation.metrics == generation.born[1].evaluation.metrics);
  CHECK(generation.born[2].evaluation.seconds.simulate == 0);
  CHECK(calls.count.at(generation.born[1].hash) == 1);
}

TEST_CASE("no child is proposed again more often than the experiment says") {
  for (const std::uint32_t retries : {0U, 1U, 5U}) {
    CAPTURE(retries);
    Calls calls;
    const auto [experiment, bench] = poor(calls, 2, retries);
    std::uint32_t most = 0;
    for (const auto& generation : run(experiment, bench, 4))
      for (const auto& child : generation.born) most = std::max(most, child.retries);
    CHECK(most == retries);
  }
}

TEST_CASE("a search that is stopped gives no generation") {
  const auto experiment = search_experiment();
  for (const std::size_t lanes : {1U, 4U})
    for (const int allowed : {0, 1, 7}) {
      CAPTURE(lanes);
      CAPTURE(allowed);
      const auto lineage = lineage_of(experiment, run(experiment, workbench(), 2));
      auto bench = workbench(lanes);
      std::atomic<int> asked = 0;
      std::atomic<int> evaluated = 0;
      bench.stopped = [&] { return ++asked > allowed; };
      bench.evaluate = [&](std::size_t, const Genome& genome) {
        ++evaluated;
        return evaluation_of(genome);
      };
      CHECK_FALSE(next_generation(lineage, experiment, alphabet(), bench).has_value());
      CHECK(evaluated == allowed);
    }
}

TEST_CASE("what a lane throws comes out") {
  const auto experiment = search_experiment();
  for (const std::size_t lanes : {1U, 4U}) {
    const auto lineage = lineage_of(experiment, run(experiment, workbench(), 2));
    auto bench = workbench(lanes);
    std::atomic<int> left = 5;
    bench.evaluate = [&](std::size_t, const Genome& genome) {
      if (--left == 0) throw std::domain_error("evaluate");
      return evaluation_of(genome);
    };
    CHECK_THROWS_WITH_AS(next_generation(lineage, experiment, alphabet(), bench), "evaluate", std::domain_error);
    bench = workbench(lanes);
    bench.sites = [](std::size_t, std::span<const Gene>) -> std::optional<Sites> { throw std::domain_error("sites"); };
    CHECK_THROWS_WITH_AS(next_generation(lineage, experiment, alphabet(), bench), "sites", std::domain_error);
  }
}

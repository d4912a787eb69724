#include "search/islands.hpp"

#include <set>

#include "rig.hpp"

using namespace exogene;

namespace {

Experiment island_experiment(std::uint32_t count = 3) {
  auto experiment = search_experiment();
  experiment.search.population = 8;
  experiment.search.elites = 2;
  experiment.search.archive = 0.2;
  experiment.search.operators = Operators{"adaptive_pursuit", usual_weights()};
  experiment.search.islands = Islands{count, 3, 2, 4};
  return experiment;
}

}  // namespace

TEST_CASE("all but migrants have parents on their own island, a migrant is a copy from the one before in the ring") {
  std::set<std::string> operations;
  for (const std::string selection : {"tournament", "nsga2"}) {
    auto experiment = island_experiment();
    experiment.search.selection = selection;
    const auto lineage = lineage_of(experiment, run(experiment, workbench(2), 40));
    std::size_t migrated = 0;
    for (std::int64_t id = 0; id < lineage.size(); ++id) {
      const auto& child = lineage[id];
      operations.insert(child.operation);
      for (const auto parent : child.parents) {
        if (parent < 0) continue;
        const auto& from = lineage[parent];
        if (child.operation != "migration") {
          CHECK(from.island == child.island);
          continue;
        }
        ++migrated;
        CHECK((from.island + 1) % 3 == child.island);
        CHECK(child.generation % 3 == 0);
        CHECK(child.genome == from.genome);
        CHECK(child.evaluation.metrics == from.evaluation.metrics);
        CHECK(child.gain == 0);
      }
    }
    CHECK(migrated > 10);
  }
  for (const std::string name : {"graft", "macro", "crossover", "duplicate", "move"}) {
    CAPTURE(name);
    CHECK(operations.contains(name));
  }
}

TEST_CASE("islands are in lock step, of equal size, and stay apart in the population") {
  const auto experiment = island_experiment();
  const auto all = run(experiment, workbench(2), 12);
  Lineage lineage(objectives(experiment.objectives));
  const auto goals = objectives(experiment.objectives);
  for (const auto& generation : all) {
    lineage.add(generation);
    std::vector<bool> anew(3, false);
    for (const auto& individual : generation.born)
      if (individual.operation == "curated") anew[individual.island] = true;
    for (std::uint32_t island = 0; island < 3; ++island) {
      const auto living = population(lineage, island);
      CHECK(living.size() == (anew[island] ? 2 : 8));
      for (std::size_t i = 1; i < living.size(); ++i)
        CHECK(is_better(lineage[living[i - 1]], lineage[living[i]], goals));
    }
    for (std::int64_t id = 0; id < lineage.size(); ++id)  // the best of all so far leads
      if (id != generation.population.front())
        CHECK(is_better(lineage[generation.population.front()], lineage[id], goals));
  }
  REQUIRE(all[0].born.size() == 6);
  REQUIRE(all[1].born.size() == 18);
  for (std::uint32_t slot = 0; slot < 18; ++slot) CHECK(all[1].born[slot].island == slot / 6);
}

TEST_CASE("with islands, too, neither lanes nor a resume change anything") {
  const auto experiment = island_experiment();
  const auto all = run(experiment, workbench(1), 12);
  check_same(all, run(experiment, workbench(4), 12));
  for (std::uint32_t done = 1; done < 12; ++done)
    check_same(all, run(experiment, workbench(2), 12 - done, {all.begin(), all.begin() + done}));
}

TEST_CASE("one island is no island") {
  auto experiment = search_experiment();
  const auto without = run(experiment, workbench(), 6);
  experiment.search.islands = Islands{1, 2, 3, 1};
  check_same(without, run(experiment, workbench(), 6));
}

TEST_CASE("an island without a new best starts anew, but not the one with the best of all") {
  auto experiment = island_experiment();
  const auto all = run(experiment, workbench(2), 40);
  Lineage lineage(objectives(experiment.objectives));
  std::size_t resets = 0;
  for (const auto& generation : all) {
    std::vector<bool> expected;  // of each island, as the lineage so far has it
    for (std::uint32_t island = 0; island < 3; ++island) {
      bool anew = generation.number == 0;
      if (!anew) {
        const auto& best = lineage[population(lineage, island).front()];
        anew = generation.number - best.generation > 4 && lineage[lineage.population().front()].island != island;
      }
      expected.push_back(anew);
      std::size_t curated = 0;
      std::size_t born = 0;
      for (const auto& child : generation.born) {
        if (child.island != island) continue;
        ++born;
        curated += child.operation == "curated" ? 1 : 0;
      }
      CHECK(curated == (anew ? 2 : 0));
      CHECK(born == (anew ? 2 : 6));
    }
    resets += generation.number > 0 ? static_cast<std::size_t>(std::ranges::count(expected, true)) : 0;
    lineage.add(generation);
  }
  CHECK(resets > 0);
}

TEST_CASE("streams differ from island to island") {
  auto experiment = island_experiment(2);
  const auto first = run(experiment, workbench(), 2).back();
  std::size_t equal = 0;
  for (std::size_t i = 0; i < 6; ++i) equal += first.born[i].operation == first.born[i + 6].operation ? 1 : 0;
  CHECK(equal < 6);
}

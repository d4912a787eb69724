#include "search/nsga2.hpp"

#include <limits>

#include "rig.hpp"

using namespace exogene;

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();
const Objectives two{0, 1};

Individual individual(std::int64_t id, std::uint64_t first, std::uint64_t second, Status status = Status::ok) {
  Individual result;
  result.id = id;
  result.evaluation.status = status;
  if (status == Status::ok) {
    result.evaluation.metrics.assign(metric_names().size(), 0);
    result.evaluation.metrics[0] = first;
    result.evaluation.metrics[1] = second;
  }
  return result;
}

std::vector<const Individual*> pointers(const std::vector<Individual>& individuals) {
  std::vector<const Individual*> result;
  for (const auto& one : individuals) result.push_back(&one);
  return result;
}

std::vector<std::int64_t> ids(const std::vector<const Individual*>& individuals) {
  std::vector<std::int64_t> result;
  for (const auto* one : individuals) result.push_back(one->id);
  return result;
}

using Fronts = std::vector<std::vector<std::size_t>>;
using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a point dominates when it is no worse and somewhere better") {
  CHECK(dominates({1, 2}, {2, 2}));
  CHECK(dominates({1, 1}, {2, 2}));
  CHECK_FALSE(dominates({1, 1}, {1, 1}));
  CHECK_FALSE(dominates({1, 3}, {2, 2}));
  CHECK_FALSE(dominates({2, 2}, {1, 2}));
}

TEST_CASE("fronts are peeled off one after the other") {
  // Three nested staircases and a point behind all of them.
  const std::vector<Point> points{{1, 5}, {2, 3}, {4, 1}, {2, 6}, {3, 4}, {5, 2}, {3, 7}, {9, 9}, {6, 6}};
  CHECK(non_dominated_sort(points) == Fronts{{0, 1, 2}, {3, 4, 5}, {6, 8}, {7}});
  CHECK(non_dominated_sort({{1, 1}, {1, 1}, {2, 2}}) == Fronts{{0, 1}, {2}});
  CHECK(non_dominated_sort({}).empty());
  CHECK(non_dominated_sort({{1, 2, 3}, {3, 2, 1}, {2, 2, 2}, {3, 3, 3}}) == Fronts{{0, 1, 2}, {3}});
}

TEST_CASE("crowding distances are the scaled sides of the cuboid between the neighbours") {
  const std::vector<Point> points{{0, 10}, {2, 6}, {3, 5}, {7, 1}, {10, 0}};
  const auto distances = crowding_distances(points, {0, 1, 2, 3, 4});
  CHECK(distances[0] == infinite);
  CHECK(distances[4] == infinite);
  CHECK(distances[1] == doctest::Approx(3.0 / 10 + 5.0 / 10));
  CHECK(distances[2] == doctest::Approx(5.0 / 10 + 5.0 / 10));
  CHECK(distances[3] == doctest::Approx(7.0 / 10 + 5.0 / 10));
  // In order of the front, whatever the order of its points.
  const auto shuffled = crowding_distances(points, {3, 0, 4, 2, 1});
  CHECK(shuffled[0] == distances[3]);
  CHECK(shuffled[3] == distances[2]);
  CHECK(shuffled[1] == infinite);
  CHECK(crowding_distances(points, {2}) == std::vector<double>{infinite});
  CHECK(crowding_distances({{1, 1}, {1, 1}, {1, 1}}, {0, 1, 2}) == std::vector<double>{infinite, 0, infinite});
  CHECK(crowding_distances(points, {}).empty());
}

TEST_CASE("the crowded comparison: fronts, then room, copies and what is wrong last") {
  const std::vector<Individual> all{individual(0, 0, 10),
                                    individual(1, 2, 6),
                                    individual(2, 3, 5),
                                    individual(3, 7, 1),
                                    individual(4, 10, 0),
                                    individual(5, 8, 8),
                                    individual(6, 0, 10),  // a copy of 0
                                    individual(7, 0, 0, Status::timeout)};
  CHECK(ids(crowded_ranking(pointers(all), two)) == Ids{0, 4, 3, 2, 1, 5, 6, 7});
  CHECK(crowded_ranking({}, two).empty());
}

TEST_CASE("the first by crowded comparison is the best of all") {
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    Random random({5, 0, 0, slot, 0});
    std::vector<Individual> all;
    for (std::int64_t id = 0; id < 12; ++id)
      all.push_back(
          individual(id, random.below(5), random.below(5), random.chance(0.2) ? Status::wrong_result : Status::ok));
    const auto ranking = crowded_ranking(pointers(all), two);
    CHECK(ranking.size() == all.size());
    for (const auto& other : all)
      if (other.id != ranking[0]->id) CHECK(is_better(*ranking[0], other, two));
  }
}

TEST_CASE("the front is what nobody dominates, each point once") {
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    Random random({6, 0, 0, slot, 0});
    std::vector<Individual> all;
    for (std::int64_t id = 0; id < 15; ++id)
      all.push_back(
          individual(id, random.below(6), random.below(6), random.chance(0.2) ? Status::wrong_result : Status::ok));
    const auto front = front_of(pointers(all), two);
    std::set<Point> points;
    for (const auto* one : front) {
      CHECK(points.insert(point_of(*one, two)).second);
      for (const auto& other : all)
        if (other.evaluation.status == Status::ok) CHECK_FALSE(dominates(point_of(other, two), point_of(*one, two)));
    }
    for (const auto& other : all) {  // whoever is not dominated is there
      if (other.evaluation.status != Status::ok || points.contains(point_of(other, two))) continue;
      CHECK(std::ranges::any_of(points, [&](const Point& point) { return dominates(point, point_of(other, two)); }));
    }
  }
}

TEST_CASE("of utilisation more is better, in fronts too") {
  auto low = individual(0, 1, 0);
  auto high = individual(1, 1, 0);
  const auto goals = objectives({"instructions", "utilisation"});
  low.evaluation.metrics[goals[1]] = 100;
  high.evaluation.metrics[goals[1]] = 200;
  CHECK(ids(front_of({&low, &high}, goals)) == Ids{1});
}

TEST_CASE("a search by nsga2 keeps its front, on any number of lanes and from any generation on") {
  auto experiment = search_experiment();
  experiment.search.selection = "nsga2";
  const auto all = run(experiment, workbench(1), 8);
  check_same(all, run(experiment, workbench(3), 8));
  for (const std::uint32_t done : {1U, 5U})
    check_same(all, run(experiment, workbench(2), 8 - done, {all.begin(), all.begin() + done}));
  const auto lineage = lineage_of(experiment, all);
  const auto goals = objectives(experiment.objectives);
  std::vector<const Individual*> everybody;
  std::size_t row = 0;
  for (const auto& generation : all) {
    for (; row < static_cast<std::size_t>(lineage.size()); ++row) {
      const auto& individual = lineage[static_cast<std::int64_t>(row)];
      if (individual.generation > generation.number) break;
      everybody.push_back(&individual);
    }
    CHECK(generation.front == ids(front_of(everybody, goals)));
    CHECK(generation.population.size() == (generation.number == 0 ? 2 : experiment.search.population));
    for (const auto* other : everybody)
      if (other->id != generation.population.front())
        CHECK(is_better(lineage[generation.population.front()], *other, goals));
  }
}

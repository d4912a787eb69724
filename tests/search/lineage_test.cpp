#include "search/lineage.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace exogene;

namespace {

using Ids = std::vector<std::int64_t>;

Individual individual(std::int64_t id, std::uint64_t genome, std::uint64_t cost) {
  Individual result;
  result.id = id;
  result.hash = {genome, 0};
  result.evaluation.status = Status::ok;
  result.evaluation.metrics = {cost};
  return result;
}

Generation generation(std::uint32_t number, std::vector<Individual> born, Ids population) {
  return {number, std::move(born), std::move(population), 0};
}

}  // namespace

TEST_CASE("a new lineage is empty") {
  const Lineage lineage({0});
  CHECK(lineage.size() == 0);
  CHECK(lineage.generations() == 0);
  CHECK(lineage.population().empty());
  CHECK(lineage.find(Hash{}) == -1);
  CHECK(lineage.ranked({}, {}).empty());
}

TEST_CASE("a lineage gives individuals by id and the first one of each genome") {
  Lineage lineage({0});
  lineage.add(generation(0, {individual(0, 10, 5), individual(1, 11, 3), individual(2, 10, 5)}, {1, 0, 2}));
  lineage.add(generation(1, {individual(3, 11, 3), individual(4, 12, 9)}, {1, 3, 4}));
  CHECK(lineage.size() == 5);
  CHECK(lineage.generations() == 2);
  CHECK(lineage.population() == Ids{1, 3, 4});
  for (std::int64_t id = 0; id < lineage.size(); ++id) CHECK(lineage[id].id == id);
  CHECK(lineage[4].evaluation.metrics[0] == 9);
  CHECK(lineage.find({10, 0}) == 0);
  CHECK(lineage.find({11, 0}) == 1);
  CHECK(lineage.find({12, 0}) == 4);
  CHECK(lineage.find({13, 0}) == -1);
  CHECK(lineage.find({0, 10}) == -1);
}

TEST_CASE("the living and the newborn are ranked together, best first") {
  Lineage lineage({0});
  lineage.add(generation(0, {individual(0, 10, 5), individual(1, 11, 3), individual(2, 12, 7)}, {1, 0, 2}));
  const std::vector born{individual(3, 13, 4), individual(4, 14, 3), individual(5, 15, 1)};
  CHECK(lineage.ranked({1, 0}, born) == Ids{5, 1, 4, 3, 0});  // 1 and 4 cost the same: the elder is better
  CHECK(lineage.ranked({}, born) == Ids{5, 4, 3});
  CHECK(lineage.ranked({2, 0, 1}, {}) == Ids{1, 0, 2});
}

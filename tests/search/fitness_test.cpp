#include "search/fitness.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

using namespace exogene;

namespace {

const Objectives two{3, 1};  // places of metrics, the more important first

Individual individual(std::int64_t id, Status status, std::uint64_t major, std::uint64_t minor, std::size_t length) {
  Individual result;
  result.id = id;
  result.genome.genes.resize(length);
  result.evaluation.status = status;
  if (status == Status::ok) {
    result.evaluation.metrics.assign(metric_names().size(), 0);
    result.evaluation.metrics[3] = major;
    result.evaluation.metrics[1] = minor;
  }
  return result;
}

}  // namespace

TEST_CASE("objectives are the places of metrics, in the order asked for") {
  CHECK(objectives({"memory_accesses", "instructions"}) == Objectives{27, 0});
  CHECK(objectives({}).empty());
  for (std::size_t i = 0; i < metric_names().size(); ++i) CHECK(objectives({metric_names()[i]}) == Objectives{i});
  CHECK_THROWS_AS(objectives({"instructions", "speed"}), std::out_of_range);
}

TEST_CASE("the first criterion that differs decides") {
  const auto better = [](const Individual& a, const Individual& b) {
    CHECK(is_better(a, b, two));
    CHECK_FALSE(is_better(b, a, two));
  };
  // what is right, however costly, long and young
  for (std::size_t status = 1; status < status_names().size(); ++status)
    better(individual(9, Status::ok, 100, 100, 40), individual(1, static_cast<Status>(status), 0, 0, 1));
  better(individual(9, Status::ok, 1, 100, 40), individual(1, Status::ok, 2, 0, 1));  // first objective
  better(individual(9, Status::ok, 1, 4, 40), individual(1, Status::ok, 1, 5, 1));    // second objective
  better(individual(9, Status::ok, 1, 4, 2), individual(1, Status::ok, 1, 4, 3));     // shorter
  better(individual(1, Status::ok, 1, 4, 2), individual(9, Status::ok, 1, 4, 2));     // elder
  better(individual(9, Status::crashed, 0, 0, 2), individual(1, Status::timeout, 0, 0, 3));
  better(individual(1, Status::crashed, 0, 0, 2), individual(9, Status::timeout, 0, 0, 2));
}

TEST_CASE("of utilisation more is better, of all else less") {
  const auto of = [](const char* name) { return objectives({name})[0]; };
  for (std::size_t i = 0; i < metric_names().size(); ++i) CHECK(more_is_better(i) == (i == of("utilisation")));
  auto low = individual(1, Status::ok, 0, 0, 0);
  auto high = low;
  low.evaluation.metrics[of("utilisation")] = 100'000;
  high.evaluation.metrics[of("utilisation")] = 900'000;
  CHECK(is_better(high, low, objectives({"utilisation"})));
  CHECK_FALSE(is_better(low, high, objectives({"utilisation"})));
}

TEST_CASE("metrics that are no objectives decide nothing") {
  auto a = individual(1, Status::ok, 5, 5, 2);
  const auto b = individual(2, Status::ok, 5, 5, 2);
  a.evaluation.metrics[0] = a.evaluation.metrics[27] = 1'000'000;
  CHECK(is_better(a, b, two));
}

TEST_CASE("several cases count as their product, each alike") {
  auto a = individual(1, Status::ok, 0, 0, 1);
  auto b = individual(2, Status::ok, 0, 0, 1);
  const auto set = [](Individual& one, std::uint64_t first, std::uint64_t second) {
    one.evaluation.metrics[3] = first;
    one.evaluation.cases = {std::vector<std::uint64_t>(metric_names().size(), 0)};
    one.evaluation.cases[0][3] = second;
  };
  set(a, 100, 20'000);  // the ratios to b are 1/2 and 3/2: 3/4 in the product
  set(b, 200, 13'333);
  CHECK(is_better(a, b, two));
  set(b, 90, 20'000);
  CHECK(is_better(b, a, two));
  CHECK(score(a.evaluation, 3) == 2'000'000);
  set(a, 0, 7);
  CHECK(score(a.evaluation, 3) == 7);
}

TEST_CASE("counts beyond 63 bits are compared as they are") {
  CHECK(is_better(individual(2, Status::ok, 1, 0, 0), individual(1, Status::ok, ~0ULL, 0, 0), two));
}

TEST_CASE("is_better is a strict total order") {
  std::vector<Individual> all;
  for (const auto status : {Status::ok, Status::decode_failed, Status::crashed})
    for (const std::uint64_t major : {0U, 1U})
      for (const std::uint64_t minor : {0U, 1U})
        for (const std::size_t length : {1U, 2U})
          for (int twice = 0; twice < 2; ++twice)
            all.push_back(individual(static_cast<std::int64_t>(all.size() * 29 % 64), status, major, minor, length));
  for (const auto& a : all) {
    CHECK_FALSE(is_better(a, a, two));
    for (const auto& b : all) {
      if (&a != &b) REQUIRE(is_better(a, b, two) != is_better(b, a, two));
      for (const auto& c : all)
        if (is_better(a, b, two) && is_better(b, c, two)) REQUIRE(is_better(a, c, two));
    }
  }
}

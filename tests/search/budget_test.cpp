#include "search/budget.hpp"

#include <doctest/doctest.h>

using namespace exogene;

namespace {

Individual individual(std::int64_t id, std::uint64_t genome, std::uint64_t program, Status status,
                      std::uint64_t instructions = 0) {
  Individual result;
  result.id = id;
  result.hash = {genome, 0};
  result.evaluation.status = status;
  result.evaluation.c_hash = {program, 0};
  if (status == Status::ok) result.evaluation.metrics.assign(metric_names().size(), instructions);
  return result;
}

/// Of 4 genomes, 3 programs of which 2 are right, 2 generations, 5 seconds.
Lineage lineage() {
  Lineage result({0});
  result.add({0, {individual(0, 1, 11, Status::ok, 100), individual(1, 2, 12, Status::ok, 30)}, {1, 0}, 2});
  result.add({1,
              {individual(2, 3, 12, Status::ok, 30), individual(3, 4, 13, Status::timeout),
               individual(4, 2, 12, Status::ok, 30)},
              {1},
              3});
  return result;
}

Experiment experiment() {
  Experiment result;
  result.limits.instructions = 1000;
  return result;
}

}  // namespace

TEST_CASE("each program's instructions count once, a timeout's are the limit") {
  CHECK(simulated_instructions(lineage(), experiment()) == 1130);
}

TEST_CASE("without limits a search goes on") {
  CHECK_FALSE(reason_to_end(lineage(), experiment()).has_value());
  CHECK_FALSE(evaluations_left(lineage(), experiment()).has_value());
  CHECK(share_done(lineage(), experiment()) == 0);
}

TEST_CASE("each limit ends a search when it is reached, not before") {
  auto limited = experiment();
  const auto reason = [&] { return reason_to_end(lineage(), limited).value_or("none"); };
  limited.search.generations = 2;
  CHECK(reason() == "none");
  CHECK(share_done(lineage(), limited) == doctest::Approx(2.0 / 3));
  limited.search.generations = 1;
  CHECK(reason() == "all 1 generations are there");
  limited = experiment();
  limited.budget.evaluations = 5;
  CHECK(reason() == "none");
  CHECK(evaluations_left(lineage(), limited) == 1);
  CHECK(share_done(lineage(), limited) == 0.8);
  limited.budget.evaluations = 4;
  CHECK(reason() == "the budget of 4 evaluations is spent");
  CHECK(evaluations_left(lineage(), limited) == 0);
  limited.budget = {std::nullopt, 5.5, std::nullopt};
  CHECK(reason() == "none");
  limited.budget = {std::nullopt, 5, std::nullopt};
  CHECK(reason() == "the budget of 5 seconds is spent");
  limited.budget = {std::nullopt, std::nullopt, 1131};
  CHECK(reason() == "none");
  limited.budget = {std::nullopt, std::nullopt, 1130};
  CHECK(reason() == "the budget of 1130 simulated instructions is spent");
  CHECK(share_done(lineage(), limited) == 1);
}

TEST_CASE("generation 0 is always made") {
  auto limited = experiment();
  limited.search.generations = 0;
  limited.budget = {0, 0, 0};
  CHECK_FALSE(reason_to_end(Lineage({0}), limited).has_value());
}

TEST_CASE("a hundred generations without a new genome end a search that has no number of generations") {
  auto stuck = lineage();
  auto endless = experiment();
  endless.budget.seconds = 1e9;
  for (std::uint32_t number = 2; number < 102; ++number) {
    CHECK_FALSE(reason_to_end(stuck, endless).has_value());
    stuck.add({number, {individual(stuck.size(), 1, 11, Status::ok, 100)}, {1}, 0});
  }
  CHECK(reason_to_end(stuck, endless) == "the last 100 generations brought no new genome");
  endless.search.generations = 1000;
  CHECK_FALSE(reason_to_end(stuck, endless).has_value());
}

#include "search/agreement.hpp"

#include "rig.hpp"

using namespace exogene;

namespace {

Individual predicted(std::int64_t id, double expected, double right, std::uint64_t measured, std::uint64_t program) {
  Individual result;
  result.id = id;
  result.slot = static_cast<std::uint32_t>(id % 4);
  result.generation = static_cast<std::uint32_t>(id / 4);
  result.hash = {2, static_cast<std::uint64_t>(id)};
  result.prediction = Prediction{expected, right};
  result.evaluation.c_hash = {1, program};
  result.evaluation.status = measured > 0 ? Status::ok : Status::wrong_result;
  if (measured > 0) result.evaluation.metrics.assign(metric_names().size(), measured);
  return result;
}

}  // namespace

TEST_CASE("the rank correlation is that of a sum worked out by hand") {
  CHECK(rank_correlation({1, 2, 3}, {10, 20, 300}) == doctest::Approx(1));
  CHECK(rank_correlation({1, 2, 3}, {3, 2, -5}) == doctest::Approx(-1));
  CHECK(rank_correlation({1, 2, 3, 4, 5}, {2, 1, 4, 3, 5}) == doctest::Approx(0.8));  // 1 - 6 * 4 / (5 * 24)
  CHECK(rank_correlation({1, 1, 2}, {1, 2, 3}) == doctest::Approx(1.5 / std::sqrt(1.5 * 2)));
  CHECK_FALSE(rank_correlation({1, 2}, {1, 2}).has_value());
  CHECK_FALSE(rank_correlation({1, 2, 3}, {4, 4, 4}).has_value());
}

TEST_CASE("agreement is of each generation and of all, of new programs that were predicted") {
  auto experiment = search_experiment();
  Generation first;
  first.born = {predicted(0, 110, 1, 100, 1), predicted(1, 240, 0.4, 200, 2), predicted(2, 330, 0.9, 300, 3),
                predicted(3, 1, 0.9, 300, 3)};  // a program that is known
  Generation second;
  second.number = 1;
  second.born = {predicted(4, 5, 0.1, 0, 4), predicted(5, 5, 0.6, 0, 5), predicted(6, 5, 1, 7, 1),
                 predicted(7, 90, 1, 50, 6)};
  second.born[3].prediction.reset();
  const auto rows = agreements(lineage_of(experiment, {first, second}), experiment);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].predicted == 3);
  CHECK(rows[0].right == 3);
  CHECK(rows[0].mistaken == 1);
  CHECK(rows[0].correlation == doctest::Approx(1));
  CHECK(rows[0].error == doctest::Approx(0.1));
  CHECK(rows[1].predicted == 2);
  CHECK(rows[1].right == 0);
  CHECK(rows[1].mistaken == 1);
  CHECK_FALSE(rows[1].correlation.has_value());
  CHECK(rows[2].predicted == 5);
  CHECK(rows[2].mistaken == 2);
  CHECK(rows[2].correlation == rows[0].correlation);
}

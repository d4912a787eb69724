#include "operators/pursuit.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace exogene;

namespace {

double sum(const Pursuit& pursuit) {
  return std::accumulate(pursuit.probabilities().begin(), pursuit.probabilities().end(), 0.0);
}

using Rewards = std::vector<std::optional<double>>;

}  // namespace

TEST_CASE("probabilities start as given, but not below the floor") {
  CHECK(Pursuit({0.25, 0.25, 0.25, 0.25}).probabilities() == std::vector<double>{0.25, 0.25, 0.25, 0.25});
  const Pursuit uneven({0.9, 0.1});
  CHECK(uneven.floor() == 0.25);
  CHECK(uneven.probabilities()[0] == doctest::Approx(0.75));
  CHECK(uneven.probabilities()[1] == doctest::Approx(0.25));
  CHECK(Pursuit({1}).probabilities() == std::vector<double>{1});
}

TEST_CASE("the operator that earns most gets all that the floors leave") {
  Pursuit pursuit({0.25, 0.25, 0.25, 0.25});
  for (int step = 0; step < 200; ++step) {
    const auto before = pursuit.probabilities()[2];
    pursuit.reward({0.1, 0.0, 0.3, std::nullopt});
    CHECK(pursuit.probabilities()[2] >= before);
    CHECK(sum(pursuit) == doctest::Approx(1));
  }
  CHECK(pursuit.floor() == 0.125);
  for (const auto other : {0U, 1U, 3U}) CHECK(pursuit.probabilities()[other] == doctest::Approx(0.125));
  CHECK(pursuit.probabilities()[2] == doctest::Approx(0.625));
}

TEST_CASE("when rewards change, another operator takes over") {
  Pursuit pursuit({0.5, 0.5});
  for (int step = 0; step < 50; ++step) pursuit.reward({1.0, 0.5});
  CHECK(pursuit.probabilities()[0] > 0.74);
  pursuit.reward({0.0, 0.5});
  CHECK(pursuit.probabilities()[0] < 0.74);
  for (int step = 0; step < 50; ++step) pursuit.reward({0.0, 0.5});
  CHECK(pursuit.probabilities()[1] > 0.74);
}

TEST_CASE("nothing earned changes nothing, an operator without a chance keeps its estimate") {
  Pursuit pursuit({0.5, 0.5});
  pursuit.reward({0.0, 0.0});
  pursuit.reward({std::nullopt, std::nullopt});
  CHECK(pursuit.probabilities() == std::vector<double>{0.5, 0.5});
  pursuit.reward({1.0, 0.9});
  for (int step = 0; step < 50; ++step) pursuit.reward({std::nullopt, 0.95});
  CHECK(pursuit.probabilities()[1] > 0.74);  // 0.95 beats the 0.8 that one reward of 1 made
}

#include "search/ridge.hpp"

#include <doctest/doctest.h>

#include "operators/random.hpp"

using namespace exogene;

namespace {

/// Inputs of three numbers, of which the last never varies, and what a linear law makes of them.
struct Law {
  std::vector<std::vector<double>> inputs;
  std::vector<double> targets;
};

double law(const std::vector<double>& input) {
  return 5 + 3 * input[0] - 0.02 * input[1];
}

Law examples(std::size_t count) {
  Random random({1, 0, 0, 0, 0});
  Law result;
  for (std::size_t i = 0; i < count; ++i) {
    result.inputs.push_back({static_cast<double>(random.below(10)), 1000 + static_cast<double>(random.below(1000)), 7});
    result.targets.push_back(law(result.inputs.back()));
  }
  return result;
}

}  // namespace

TEST_CASE("a linear law is found, of inputs of any size") {
  const auto known = examples(100);
  const Ridge ridge(known.inputs, known.targets, 1e-9);
  for (const std::vector<double>& input : {std::vector<double>{0, 0, 7}, {4, 1200, 7}, {100, -5000, 7}})
    CHECK(ridge(input) == doctest::Approx(law(input)).epsilon(1e-6));
}

TEST_CASE("an input that never varied has no influence") {
  const auto known = examples(100);
  const Ridge ridge(known.inputs, known.targets, 1e-9);
  CHECK(ridge({4, 1200, 1e9}) == ridge({4, 1200, 7}));
}

TEST_CASE("a penalty draws predictions to the mean of the targets") {
  const Ridge free({{0}, {2}}, {10, 20}, 0);
  CHECK(free({2}) == doctest::Approx(20));
  const Ridge half({{0}, {2}}, {10, 20}, 2);  // as much as the examples weigh
  CHECK(half({2}) == doctest::Approx(17.5));
  CHECK(half({1}) == doctest::Approx(15));
}

TEST_CASE("inputs that say the same share the influence, and one example is enough") {
  const Ridge twins({{0, 0}, {2, 2}}, {10, 20}, 1e-6);
  CHECK(twins({2, 0}) == doctest::Approx(15).epsilon(1e-4));
  CHECK(Ridge({{3, 4}}, {8}, 0.1)({100, 100}) == 8);
}

TEST_CASE("the same examples give the same law, bit by bit") {
  const auto known = examples(300);
  const Ridge first(known.inputs, known.targets, 0.1);
  const Ridge second(known.inputs, known.targets, 0.1);
  for (const auto& input : known.inputs) REQUIRE(first(input) == second(input));
}

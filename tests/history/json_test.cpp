#include "history/json.hpp"

#include <doctest/doctest.h>

#include "history/compare.hpp"
#include "sample.hpp"

using namespace exogene;

TEST_CASE("individuals come back from bytes, field by field") {
  auto made = sample::history(12);
  made.individuals[5].evaluation.reason = "a byte that is no UTF-8: \xff";
  auto found = made;
  found.individuals = from_bytes(to_bytes(made.individuals), sample::alphabet());
  CHECK_FALSE(first_difference(made, found).has_value());
  REQUIRE(made.individuals.size() > 50);
  for (std::size_t i = 0; i < made.individuals.size(); ++i) {  // what histories are not compared by
    CHECK(found.individuals[i].proof == made.individuals[i].proof);
    const auto& seconds = found.individuals[i].evaluation.seconds;
    CHECK(seconds.decode == made.individuals[i].evaluation.seconds.decode);
    CHECK(seconds.compile == made.individuals[i].evaluation.seconds.compile);
    CHECK(seconds.simulate == made.individuals[i].evaluation.seconds.simulate);
  }
  CHECK(from_bytes(to_bytes({}), sample::alphabet()).empty());
}

TEST_CASE("a gene comes back with every kind of argument, empty lists too") {
  const auto& kinds = sample::alphabet().kinds();
  REQUIRE(kinds.size() > 1);
  Individual individual;
  individual.genome = {"matmul",
                       {{&kinds[0], {std::int64_t{-3}, std::string("io#1")}},
                        {&kinds[1], {std::vector<std::int64_t>{}, std::vector<std::int64_t>{4, 5}}},
                        {&kinds[0], {std::vector<std::string>{}, std::vector<std::string>{"a", "b"}}}}};
  CHECK(from_bytes(to_bytes({individual}), sample::alphabet()).at(0).genome == individual.genome);
}

TEST_CASE("bytes of something else are refused") {
  CHECK_THROWS_AS(from_bytes("no individuals", sample::alphabet()), std::exception);
}

#include "gemmini/problem.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace exogene::gemmini;

TEST_CASE("inputs are fully determined by seed, array and index, and use every int8") {
  const auto values = random_bytes(7, 0, 10000);
  CHECK(values == random_bytes(7, 0, 10000));
  CHECK(std::vector<std::int8_t>(values.begin(), values.begin() + 99) == random_bytes(7, 0, 99));
  CHECK(values != random_bytes(7, 1, 10000));
  CHECK(values != random_bytes(8, 0, 10000));
  CHECK(values != random_bytes(7 + (std::uint64_t{1} << 32), 0, 10000));
  CHECK(std::set<std::int8_t>(values.begin(), values.end()).size() == 256);
}

TEST_CASE("the right result, by hand") {
  const std::vector<std::int8_t> a = {1, 2, 3, -4, 5, -6};
  const std::vector<std::int8_t> b = {10, -1, 20, 1, 30, 100};
  CHECK(golden({.n = 2, .k = 3, .m = 2, .scale = 0.5F}, a, b) == std::vector<std::int8_t>{70, 127, -60, -128});
  CHECK(golden({.n = 2, .k = 3, .m = 2, .scale = 0.5F, .relu = true}, a, b) == std::vector<std::int8_t>{70, 127, 0, 0});
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = (1.0F / 121.0F)}, {121}, {1})[0] == 2);
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = -0.39999998F}, {20}, {1})[0] == -9);
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = 0.5F}, {5}, {1})[0] == 2);
}

TEST_CASE("arrays start on pages of their own and mistakes are found") {
  const Matmul matmul{.n = 5, .k = 7, .m = 9, .scale = 0.01F};
  const Problem problem(matmul, 3);
  GuestMemory memory(problem.memory_bytes());
  problem.place(memory);
  const auto& arguments = problem.arguments();
  REQUIRE(arguments.size() == 3);
  CHECK(arguments[0] == memory_base + program_bytes);
  CHECK(arguments[1] == arguments[0] + page);
  CHECK(arguments[2] == arguments[1] + page);
  CHECK(problem.is_argument(arguments[1]));
  CHECK(problem.is_argument(arguments[1] + 7 * 9 - 1));
  CHECK_FALSE(problem.is_argument(arguments[1] + 7 * 9));
  CHECK_FALSE(problem.is_argument(arguments[0] - 1));

  // Before anybody computed: not one element is right by chance.
  CHECK(problem.mistake(memory)->find("45 of 45 elements differ, first at index 0: expected ") == 0);

  const auto right = golden(matmul, random_bytes(3, 0, 35), random_bytes(3, 1, 63));
  REQUIRE(memory.write(arguments[2], right.data(), right.size()));
  CHECK_FALSE(problem.mistake(memory).has_value());

  const auto change = [&](std::uint64_t address) {
    std::byte* byte = memory.host(address, 1);
    *byte = ~*byte;
    const auto text = problem.mistake(memory);
    *byte = ~*byte;
    return text.value_or("");
  };
  CHECK(change(arguments[2] + 44).find("1 of 45 elements differ, first at index 44: expected ") == 0);
  CHECK(change(arguments[0] + 34) == "the kernel changed its input A");
  CHECK(change(arguments[1]) == "the kernel changed its input B");
  CHECK(change(arguments[2] + 45) == "the kernel wrote behind its output C");
  CHECK_FALSE(problem.mistake(memory).has_value());
}

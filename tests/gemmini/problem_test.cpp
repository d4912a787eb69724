#include "gemmini/problem.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
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
  CHECK(golden({.n = 2, .k = 3, .m = 2, .scale = 0.5F}, a, b, {}) == std::vector<std::int8_t>{70, 127, -60, -128});
  CHECK(golden({.n = 2, .k = 3, .m = 2, .scale = 0.5F, .relu = true}, a, b, {}) ==
        std::vector<std::int8_t>{70, 127, 0, 0});
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = (1.0F / 121.0F)}, {121}, {1}, {})[0] == 2);
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = -0.39999998F}, {20}, {1}, {})[0] == -9);
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = 0.5F}, {5}, {1}, {})[0] == 2);
}

TEST_CASE("a bias is where the sums of its column start") {
  const Matmul matmul{.n = 2, .k = 1, .m = 2, .bias = true, .scale = 0.5F};
  CHECK(golden(matmul, {1, 3}, {10, -20}, {100, -7}) == std::vector<std::int8_t>{55, -14, 65, -34});
  const Problem problem(matmul, 3);
  REQUIRE(problem.arguments().size() == 4);
  GuestMemory memory(problem.memory_bytes());
  problem.place(memory);
  std::vector<std::int32_t> bias(2);
  REQUIRE(memory.read(problem.arguments()[2], bias.data(), 8));
  const auto right = golden(matmul, random_bytes(3, 0, 2), random_bytes(3, 1, 2), bias);
  REQUIRE(memory.write(problem.arguments()[3], right.data(), right.size()));
  CHECK_FALSE(problem.mistake(memory).has_value());
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

  const auto right = golden(matmul, random_bytes(3, 0, 35), random_bytes(3, 1, 63), {});
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

TEST_CASE("rounding to nearest even is another right result") {
  const Matmul matmul{.n = 1, .k = 1, .m = 1, .scale = (1.0F / 121.0F)};
  CHECK(golden(matmul, {121}, {1}, {})[0] == 2);
  CHECK(golden(matmul, {121}, {1}, {}, Rounding::nearest_even)[0] == 1);
  CHECK(golden({.n = 1, .k = 1, .m = 1, .scale = 0.5F}, {5}, {1}, {}, Rounding::nearest_even)[0] == 2);
}

TEST_CASE("residual additions by hand") {
  const ResidualAdd add{.n = 1, .m = 4, .scale_a = 2.0F, .scale_b = 0.5F, .scale = 0.5F, .relu = true};
  // The inputs saturate on their way: 200 to 127, -200 to -128; 3 / 2 and 5 / 2 round to 2.
  const std::vector<std::int8_t> a = {100, -100, 1, -7}, b = {3, 100, 5, 1};
  CHECK(golden(add, a, b) == std::vector<std::int8_t>{64, 0, 2, 0});
  const Problem problem(add, 5);
  REQUIRE(problem.arguments().size() == 3);
  GuestMemory memory(problem.memory_bytes());
  problem.place(memory);
  const auto right = golden(add, random_bytes(5, 0, 4), random_bytes(5, 1, 4));
  REQUIRE(memory.write(problem.arguments()[2], right.data(), right.size()));
  CHECK_FALSE(problem.mistake(memory).has_value());
}

TEST_CASE("convolutions by hand") {
  // 2 x 3 pixels of one channel, a 2 x 2 window, two channels out.
  const Conv conv{.in_rows = 2, .in_cols = 3, .in_channels = 1, .out_channels = 2, .kernel = 2, .bias = true};
  const std::vector<std::int8_t> x = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int8_t> w = {1, 0, 0, 1, 0, -1, 2, 0};
  CHECK(golden(conv, x, w, {10, -20}) == std::vector<std::int8_t>{21, -22, 24, -22});

  Conv padded = conv;
  padded.padding = 1;
  padded.stride = 2;
  padded.bias = false;
  // Windows at rows -1 and 1, columns -1 and 1.
  CHECK(golden(padded, x, w, {}) == std::vector<std::int8_t>{2, 0, 6, -2, 0, 4, 5, 6});

  Conv deep{.batch = 2, .in_rows = 1, .in_cols = 1, .in_channels = 3, .out_channels = 1, .scale = 0.5F, .relu = true};
  CHECK(golden(deep, {1, 2, 3, -1, -2, -3}, {1, 10, 2}, {}) == std::vector<std::int8_t>{14, 0});
}

TEST_CASE("a convolution has its input, weights, bias and output as arguments") {
  const Conv conv{.in_rows = 8, .in_cols = 9, .in_channels = 5, .out_channels = 6, .kernel = 3, .bias = true};
  const Problem problem(conv, 3);
  GuestMemory memory(problem.memory_bytes());
  problem.place(memory);
  const auto& arguments = problem.arguments();
  REQUIRE(arguments.size() == 4);
  CHECK(problem.is_argument(arguments[2] + 23));
  CHECK_FALSE(problem.is_argument(arguments[2] + 24));
  CHECK(problem.is_argument(arguments[3] + 6 * 7 * 6 - 1));
  CHECK(problem.mistake(memory)->find("252 of 252 elements differ") == 0);

  std::vector<std::int32_t> bias(6);
  REQUIRE(memory.read(arguments[2], bias.data(), 24));
  for (const std::int32_t value : bias) CHECK(std::abs(value) <= 20000);
  const auto right = golden(conv, random_bytes(3, 0, 360), random_bytes(3, 1, 270), bias);
  REQUIRE(memory.write(arguments[3], right.data(), right.size()));
  CHECK_FALSE(problem.mistake(memory).has_value());
  *memory.host(arguments[2], 1) ^= std::byte{1};
  CHECK(problem.mistake(memory).value_or("") == "the kernel changed its input bias");
  Conv plain = conv;
  plain.bias = false;
  CHECK(Problem(plain, 3).arguments().size() == 3);
}

TEST_CASE("words are compared as words") {
  const Own own{.arrays = {{"x", 3, 4}, {"y", 2, 4}}, .reference = ""};
  Problem problem(own, 3);
  GuestMemory memory(problem.memory_bytes());
  problem.place(memory);
  const std::int32_t right[] = {1000000, -5}, wrong[] = {1000000, 70000};
  REQUIRE(memory.write(problem.arguments()[1], right, sizeof right));
  problem.take_output(memory);
  CHECK_FALSE(problem.mistake(memory).has_value());
  REQUIRE(memory.write(problem.arguments()[1], wrong, sizeof wrong));
  CHECK(problem.mistake(memory) == "1 of 2 elements differ, first at index 1: expected -5, got 70000");
}

#include "operators/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

using namespace exogene;

namespace {

std::array<std::uint32_t, 4> first_of(const Stream& stream) {
  Random random(stream);
  std::array<std::uint32_t, 4> numbers{};
  for (auto& number : numbers) number = random.next();
  return numbers;
}

}  // namespace

// The vectors are those of Random123's kat_vectors for philox4x32 with 10 rounds.
TEST_CASE("the numbers are Philox4x32-10") {
  CHECK(first_of({}) == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
}

TEST_CASE("every part of the stream's name matters") {
  std::set<std::array<std::uint32_t, 4>> seen;
  for (const auto& stream :
       {Stream{}, Stream{1, 0, 0, 0, 0}, Stream{std::uint64_t{1} << 32U, 0, 0, 0, 0}, Stream{0, 1, 0, 0, 0},
        Stream{0, 0, 1, 0, 0}, Stream{0, 0, 0, 1, 0}, Stream{0, 0, 0, 0, 1}})
    CHECK(seen.insert(first_of(stream)).second);
}

TEST_CASE("a stream goes on beyond its first block") {
  Random random(Stream{});
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.next());
  CHECK(seen.size() == 1000);
}

TEST_CASE("islands and purposes that would share numbers are refused") {
  CHECK_THROWS_AS(Random({0, 0x10000, 0, 0, 0}), std::invalid_argument);
  CHECK_THROWS_AS(Random({0, 0, 0, 0, 0x10000}), std::invalid_argument);
  CHECK_NOTHROW(Random({0, 0xFFFF, 0, 0, 0xFFFF}));
}

TEST_CASE("below is uniform and in range") {
  Random random({7, 0, 0, 0, 0});
  std::array<int, 6> shares{};
  for (int i = 0; i < 60'000; ++i) ++shares.at(random.below(6));
  for (const int share : shares) {  // standard deviation 91
    CHECK(share > 9'500);
    CHECK(share < 10'500);
  }
  CHECK(random.below(1) == 0);
  const auto third = std::uint64_t{1} << 62U;
  int low = 0;
  for (int i = 0; i < 3'000; ++i) {  // a plain remainder would put half of them in the lowest third
    const auto value = random.below(3 * third);
    CHECK(value < 3 * third);
    low += value < third ? 1 : 0;
  }
  CHECK(low > 900);
  CHECK(low < 1'100);
}

TEST_CASE("chance keeps its probability") {
  Random random({8, 0, 0, 0, 0});
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    hits += random.chance(0.7) ? 1 : 0;
    CHECK_FALSE(random.chance(0.0));
    CHECK(random.chance(1.0));
  }
  CHECK(hits > 6'800);
  CHECK(hits < 7'200);
}

TEST_CASE("pick and shuffle reach everything and lose nothing") {
  Random random({9, 0, 0, 0, 0});
  const std::vector<int> items{1, 2, 3};
  std::set<int> picked;
  std::set<std::vector<int>> orders;
  for (int i = 0; i < 200; ++i) {
    picked.insert(random.pick(items));
    auto order = items;
    random.shuffle(order);
    CHECK(std::ranges::is_permutation(order, items));
    orders.insert(order);
  }
  CHECK(picked.size() == 3);
  CHECK(orders.size() == 6);
}

TEST_CASE("weights are shares") {
  std::array<int, 4> count{};
  for (std::uint32_t slot = 0; slot < 4000; ++slot) {
    Random random({1, 0, 0, slot, 0});
    ++count.at(random.weighted({1, 0, 2, 1}));
  }
  CHECK(count[1] == 0);
  CHECK(count[0] + count[2] + count[3] == 4000);
  for (const auto& [index, share] : {std::pair{0U, 1000}, {2U, 2000}, {3U, 1000}})
    CHECK(std::abs(count.at(index) - share) < 120);
  Random random({1, 0, 0, 0, 0});
  for (int i = 0; i < 100; ++i) CHECK(random.weighted({0, 1e-300, 0}) == 1);
}

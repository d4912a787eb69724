#include "gemmini/scaling.hpp"

#include <doctest/doctest.h>
#include <exogene_gemmini.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using exogene::gemmini::Rounding;
using exogene::gemmini::scale_row_to_i8;
using exogene::gemmini::scale_to_i8;
using exogene::gemmini::shift_to_i8;

namespace {

int nearest_even(std::int32_t value, float scale) {
  return static_cast<int>(std::clamp(std::nearbyint(static_cast<float>(value) * scale), -128.0F, 127.0F));
}

}  // namespace

TEST_CASE("halves go to the even neighbour") {
  CHECK(scale_to_i8(1, 0.5F) == 0);
  CHECK(scale_to_i8(3, 0.5F) == 2);
  CHECK(scale_to_i8(5, 0.5F) == 2);
  CHECK(scale_to_i8(-1, 0.5F) == 0);
  CHECK(scale_to_i8(-3, 0.5F) == -2);
  CHECK(scale_to_i8(-5, 0.5F) == -2);
  CHECK(scale_to_i8(253, 0.5F) == 126);
}

TEST_CASE("results saturate to int8") {
  CHECK(scale_to_i8(127, 1.0F) == 127);
  CHECK(scale_to_i8(128, 1.0F) == 127);
  CHECK(scale_to_i8(255, 0.5F) == 127);
  CHECK(scale_to_i8(-128, 1.0F) == -128);
  CHECK(scale_to_i8(-129, 1.0F) == -128);
  CHECK(scale_to_i8(-257, 0.5F) == -128);
  CHECK(scale_to_i8(std::numeric_limits<std::int32_t>::max(), 1.0F) == 127);
  CHECK(scale_to_i8(std::numeric_limits<std::int32_t>::min(), 1.0F) == -128);
}

TEST_CASE("a product one float step below an integer is pushed one too far") {
  CHECK(scale_to_i8(121, (1.0F / 121.0F)) == 2);
  CHECK(nearest_even(121, (1.0F / 121.0F)) == 1);
  CHECK(scale_to_i8(20, -0.39999998F) == -9);
  CHECK(nearest_even(20, -0.39999998F) == -8);
}

TEST_CASE("rounding to nearest even, as the hardware does it") {
  using exogene::gemmini::Rounding;
  CHECK(scale_to_i8(121, (1.0F / 121.0F), Rounding::nearest_even) == 1);
  CHECK(scale_to_i8(20, -0.39999998F, Rounding::nearest_even) == -8);
  std::mt19937 random(2);
  std::uniform_real_distribution<float> scales(-0.01F, 0.01F);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = static_cast<std::int32_t>(random()) >> 16;
    const float scale = scales(random);
    if (scale_to_i8(value, scale, Rounding::nearest_even) != nearest_even(value, scale)) FAIL(value, " * ", scale);
  }
}

TEST_CASE("the two roundings differ for exactly fourteen products") {
  using exogene::gemmini::Rounding;
  std::vector<float> differ;
  for (int integer = 1; integer <= 130; ++integer) {
    const auto center = std::bit_cast<std::uint32_t>(static_cast<float>(integer));
    for (std::uint32_t step = 0; step < 4000; ++step) {  // the floats around an integer
      const float product = std::bit_cast<float>(center + step - 2000);
      for (const float scale : {product, -product}) {
        const int exact = scale_to_i8(1, scale, Rounding::nearest_even), c = scale_to_i8(1, scale);
        if (c == exact) continue;
        differ.push_back(scale);
        CHECK(c == exact + (scale > 0 ? 1 : -1));
      }
    }
  }
  std::vector<float> below;
  for (const float power : {1.0F, 2.0F, 4.0F, 8.0F, 16.0F, 32.0F, 64.0F}) {
    below.push_back(std::nextafter(power, 0.0F));
    below.push_back(-std::nextafter(power, 0.0F));
  }
  CHECK(differ == below);
}

TEST_CASE("the value is rounded to float before it is scaled") {
  // 2^24 + 1 is not a float; with the exact product the tie would go the other way.
  CHECK(scale_to_i8((1 << 24) + 1, 0x1p-25F) == 0);
  CHECK(scale_to_i8((3 << 23) + 1, 0x1p-24F) == 2);
}

TEST_CASE("what has no place among 64-bit integers gives the smallest int8") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  CHECK(scale_to_i8(1, std::numeric_limits<float>::quiet_NaN()) == -128);
  CHECK(scale_to_i8(1, infinity) == -128);
  CHECK(scale_to_i8(1, -infinity) == -128);
  CHECK(scale_to_i8(0, infinity) == -128);
  CHECK(scale_to_i8(2, 0x1p62F) == -128);
  CHECK(scale_to_i8(1, 0x1p62F) == 127);
  CHECK(scale_to_i8(-1, 0x1p70F) == -128);
}

TEST_CASE("powers of two and thousandths agree with rounding to nearest even") {
  for (int exponent = -12; exponent <= 2; ++exponent) {
    const float scale = std::ldexp(1.0F, exponent);
    for (std::int32_t value = -70000; value <= 70000; ++value) {
      if (scale_to_i8(value, scale) != nearest_even(value, scale)) FAIL(value, " * ", scale);
    }
  }
  for (int thousandths = 1; thousandths <= 1000; ++thousandths) {
    const float scale = static_cast<float>(thousandths) / 1000.0F;
    for (std::int32_t value = -500; value <= 500; ++value) {
      if (scale_to_i8(value, scale) != nearest_even(value, scale)) FAIL(value, " * ", scale);
    }
  }
}

TEST_CASE("the C header computes the same on the processor") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> exponent(-24.0F, 4.0F);
  for (int i = 0; i < 2'000'000; ++i) {
    const auto value = static_cast<std::int32_t>(random()) >> (random() % 31);
    const float scale = i % 8 == 0 ? std::bit_cast<float>(static_cast<std::uint32_t>(random()))
                                   : std::exp2(exponent(random)) * (i % 2 == 0 ? 1.0F : -1.0F);
    if (scale_to_i8(value, scale) != gemmini_scale_i8(value, scale)) FAIL(value, " * ", scale);
  }
  CHECK(gemmini_scale_i8(121, (1.0F / 121.0F)) == 2);
  CHECK(gemmini_relu_i8(-1) == 0);
  CHECK(gemmini_relu_i8(5) == 5);
}

TEST_CASE("right shifts round to nearest even and saturate") {
  CHECK(shift_to_i8(100, 0) == 100);
  CHECK(shift_to_i8(300, 0) == 127);
  CHECK(shift_to_i8(-300, 0) == -128);
  CHECK(shift_to_i8(5, 1) == 2);
  CHECK(shift_to_i8(7, 1) == 4);
  CHECK(shift_to_i8(-5, 1) == -2);
  CHECK(shift_to_i8(-7, 1) == -4);
  CHECK(shift_to_i8(11, 2) == 3);
  CHECK(shift_to_i8(9, 2) == 2);
  CHECK(shift_to_i8(std::numeric_limits<std::int32_t>::min(), 31) == -1);
}

TEST_CASE("a row is scaled as its values are one by one, edges and lengths included") {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> exponent(-24.0F, 40.0F);
  const float edges[] = {0.5F,
                         -0.5F,
                         1.0F / 121.0F,
                         -0.39999998F,
                         0x1p62F,
                         -0x1p70F,
                         std::numeric_limits<float>::infinity(),
                         -0.0F,
                         -std::numeric_limits<float>::infinity(),
                         std::numeric_limits<float>::quiet_NaN()};
  for (const Rounding rounding : {Rounding::c_interface, Rounding::nearest_even}) {
    for (int round = 0; round < 20'000; ++round) {
      std::array<std::int32_t, 35> values;
      for (auto& value : values) value = static_cast<std::int32_t>(random()) >> (random() % 32);
      const float scale = round % 4 == 0 ? edges[random() % std::size(edges)]
                                         : std::exp2(-exponent(random)) * (round % 2 == 0 ? 1.0F : -1.0F);
      const std::size_t count = random() % (values.size() + 1);
      std::array<std::int8_t, 35> row{};
      scale_row_to_i8(values.data(), count, scale, rounding, row.data());
      for (std::size_t i = 0; i < count; ++i) {
        if (row[i] != scale_to_i8(values[i], scale, rounding)) FAIL(values[i], " * ", scale);
      }
      CHECK(std::all_of(row.begin() + count, row.end(), [](std::int8_t value) { return value == 0; }));
    }
  }
}

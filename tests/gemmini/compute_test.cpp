#include <algorithm>
#include <cmath>
#include <functional>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint32_t a_row = 0, b_row = 100, d_row = 200;

/// A rig with random A (64 rows), B and D blocks in the scratchpad, configured as told.
Rig ready(const Dataflow& dataflow = {}, const Accelerator& accelerator = {}) {
  Rig rig(accelerator);
  rig.fill(ByteMemory::base, 0x2000);
  const std::uint32_t dim = accelerator.dim;
  done(rig.config_ld(0, dim, dim));
  for (std::uint32_t i = 0; i < 4; ++i) done(rig.mvin(0, ByteMemory::base + i * dim * dim, a_row + i * dim, dim, dim));
  done(rig.mvin(0, ByteMemory::base + 0x1400, b_row, dim, dim));
  done(rig.mvin(0, ByteMemory::base + 0x1800, d_row, dim, dim));
  done(rig.config_ex(dataflow));
  return rig;
}

int dot(std::uint32_t length, const std::function<int(std::uint32_t)>& a, const std::function<int(std::uint32_t)>& b) {
  int sum = 0;
  for (std::uint32_t k = 0; k < length; ++k) sum += a(k) * b(k);
  return sum;
}

}  // namespace

TEST_CASE("a whole block at every array width") {
  for (const std::uint32_t dim : {4U, 8U, 16U, 32U}) {
    CAPTURE(dim);
    Rig rig = ready({}, {.dim = dim});
    done(rig.preload(b_row, acc | 40));
    const Facts facts = done(rig.compute_preloaded(a_row));
    for (std::uint32_t i = 0; i < dim; ++i) {
      for (std::uint32_t j = 0; j < dim; ++j) {
        CHECK(rig.accumulator(40 + i, j) == dot(
                                                dim, [&](std::uint32_t k) { return rig.scratchpad(a_row + i, k); },
                                                [&](std::uint32_t k) { return rig.scratchpad(b_row + k, j); }));
      }
    }
    CHECK(facts.macs == dim * dim * dim);
  }
}

TEST_CASE("smaller operands are padded with zeros, the result is cut") {
  Rig rig = ready();
  rig.set_word(ByteMemory::base, 77);
  done(rig.mvin(0, ByteMemory::base, acc | 5, 1, 1));  // row 5 of C, which is not written
  done(rig.preload(b_row, acc, 7, 5, 9, 4));
  const Facts facts = done(rig.compute(true, a_row, 6, 3));
  for (std::uint32_t i = 0; i < 3; ++i) {
    for (std::uint32_t j = 0; j < 16; ++j) {
      const int sum = dot(
          5, [&](std::uint32_t k) { return rig.scratchpad(a_row + i, k); },
          [&](std::uint32_t k) { return rig.scratchpad(b_row + k, j); });
      CHECK(rig.accumulator(i, j) == (j < 7 ? sum : 0));
    }
  }
  for (std::uint32_t j = 0; j < 9; ++j) CHECK(rig.accumulator(3, j) == 0);
  CHECK(rig.accumulator(5, 0) == 77);
  CHECK(facts.macs == 3 * 6 * 7);
}

TEST_CASE("accumulating adds to C; D is added to the product") {
  Rig rig = ready();
  done(rig.preload(b_row, acc));
  done(rig.compute_preloaded(a_row));
  const int once = rig.accumulator(2, 3);
  done(rig.preload(b_row, acc_add));
  done(rig.compute_preloaded(a_row));
  CHECK(rig.accumulator(2, 3) == 2 * once);
  done(rig.preload(b_row, acc));
  done(rig.compute(true, a_row, 16, 16, d_row, 16, 3));
  CHECK(rig.accumulator(2, 3) == once + rig.scratchpad(d_row + 2, 3));
  done(rig.preload(none, acc, 16, 16, 16, 16));
  done(rig.compute_accumulated(none));  // no A: zeros
  CHECK(rig.accumulator(2, 3) == 0);
}

TEST_CASE("weights are kept until new ones come") {
  Rig rig = ready();
  done(rig.preload(b_row, acc));
  done(rig.compute_preloaded(a_row));
  done(rig.mvin(0, 0, b_row, 16, 16));  // the array has its own copy
  const Facts facts = done(rig.preload(none, acc | 16));
  CHECK(facts.keeps_weights);
  done(rig.compute_accumulated(a_row));
  for (std::uint32_t j = 0; j < 16; ++j) CHECK(rig.accumulator(16 + 9, j) == rig.accumulator(9, j));
}

TEST_CASE("a second compute after one preload writes nothing") {
  Rig rig = ready();
  done(rig.preload(b_row, acc_add));
  done(rig.compute_preloaded(a_row));
  const int once = rig.accumulator(4, 4);
  done(rig.compute_preloaded(a_row));
  done(rig.compute_accumulated(a_row));
  CHECK(rig.accumulator(4, 4) == once);
}

TEST_CASE("of two preloads the second counts") {
  Rig rig = ready();
  done(rig.preload(a_row, acc | 500));
  done(rig.preload(b_row, acc));
  done(rig.compute_preloaded(a_row));
  CHECK(rig.accumulator(500, 0) == 0);
  CHECK(rig.accumulator(1, 1) == dot(
                                     16, [&](std::uint32_t k) { return rig.scratchpad(a_row + 1, k); },
                                     [&](std::uint32_t k) { return rig.scratchpad(b_row + k, 1); }));
}

TEST_CASE("either operand may be transposed") {
  Rig left = ready({.transpose_a = true});
  done(left.preload(b_row, acc));
  done(left.compute_preloaded(a_row));
  CHECK(left.accumulator(2, 5) == dot(
                                      16, [&](std::uint32_t k) { return left.scratchpad(a_row + k, 2); },
                                      [&](std::uint32_t k) { return left.scratchpad(b_row + k, 5); }));
  Rig right = ready({.transpose_b = true});
  done(right.preload(b_row, acc));
  done(right.compute_preloaded(a_row));
  CHECK(right.accumulator(2, 5) == dot(
                                       16, [&](std::uint32_t k) { return right.scratchpad(a_row + 2, k); },
                                       [&](std::uint32_t k) { return right.scratchpad(b_row + 5, k); }));
}

TEST_CASE("A and C have row strides, which can be set alone") {
  Rig rig = ready();
  done(rig.config_ex({.weight_stationary = false, .only_strides = true, .a_stride = 3, .c_stride = 2}));
  done(rig.preload(b_row, acc));
  const Facts facts = done(rig.compute_preloaded(a_row));
  CHECK(rig.accumulator(2 * 7, 5) == dot(
                                         16, [&](std::uint32_t k) { return rig.scratchpad(a_row + 3 * 7, k); },
                                         [&](std::uint32_t k) { return rig.scratchpad(b_row + k, 5); }));
  CHECK(facts.reads[0].end == a_row + 46);
}

TEST_CASE("results in the scratchpad are shifted, rounded, saturated and rectified") {
  for (const bool relu : {false, true}) {
    Rig rig = ready({.relu = relu, .shift = 9});
    done(rig.preload(b_row, 300));
    done(rig.compute_preloaded(a_row));
    for (std::uint32_t j = 0; j < 16; ++j) {
      const int sum = dot(
          16, [&](std::uint32_t k) { return rig.scratchpad(a_row + 3, k); },
          [&](std::uint32_t k) { return rig.scratchpad(b_row + k, j); });
      // Ties are rare in random data: scaling_test covers them.
      const int rounded = std::clamp((sum + 256) >> 9, -128, 127);
      CHECK(rig.scratchpad(303, j) == (relu ? std::max(rounded, 0) : rounded));
    }
  }
}

TEST_CASE("tiled matrix products agree with plain loops at every array width") {
  for (const std::uint32_t dim : {4U, 8U, 16U, 32U}) {
    CAPTURE(dim);
    // Ragged sizes: one tile and a bit in every direction.
    const std::uint32_t n = dim + 3, depth = 2 * dim + 1, m = dim + 2;
    Rig rig{Accelerator{.dim = dim, .scratchpad_rows = 1024, .accumulator_rows = 256}};
    const std::uint64_t a = ByteMemory::base, b = a + 0x3000, c = b + 0x3000;
    rig.fill(a, n * depth, 5);
    rig.fill(b, depth * m, 6);
    done(rig.config_ex());
    done(rig.config_ld(0, depth, dim));
    done(rig.config_ld(1, m, dim));
    done(rig.config_st(m, 0, 0.003F));
    for (std::uint32_t i = 0; i < n; i += dim) {
      for (std::uint32_t j = 0; j < m; j += dim) {
        const std::uint32_t rows = std::min(dim, n - i), cols = std::min(dim, m - j);
        for (std::uint32_t k = 0; k < depth; k += dim) {
          const std::uint32_t inner = std::min(dim, depth - k);
          done(rig.mvin(0, a + i * depth + k, 0, inner, rows));
          done(rig.mvin(1, b + k * m + j, 512, cols, inner));
          done(rig.preload(512, k == 0 ? acc : acc_add, cols, inner, cols, rows));
          done(rig.compute(true, 0, inner, rows));
        }
        done(rig.mvout(c + i * m + j, acc, cols, rows));
      }
    }
    for (std::uint32_t i = 0; i < n; ++i) {
      for (std::uint32_t j = 0; j < m; ++j) {
        const int sum = dot(
            depth, [&](std::uint32_t k) { return rig.byte(a + i * depth + k); },
            [&](std::uint32_t k) { return rig.byte(b + k * m + j); });
        const float scaled = std::clamp(std::nearbyint(static_cast<float>(sum) * 0.003F), -128.0F, 127.0F);
        CHECK(rig.byte(c + i * m + j) == static_cast<int>(scaled));
      }
    }
  }
}

// The dataflow in which the array keeps the sums (output stationary): the preload brings D, the compute A and B.

#include <algorithm>
#include <functional>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint32_t a_row = 0, b_row = 100, d_row = 200;

Rig ready(Dataflow dataflow = {}) {
  Rig rig;
  rig.fill(ByteMemory::base, 0x2000);
  done(rig.config_ld(0, 16));
  for (std::uint32_t i = 0; i < 4; ++i) done(rig.mvin(0, ByteMemory::base + i * 256, a_row + i * 16, 16, 16));
  for (std::uint32_t i = 0; i < 2; ++i) done(rig.mvin(0, ByteMemory::base + 0x1400 + i * 256, b_row + i * 16, 16, 16));
  done(rig.mvin(0, ByteMemory::base + 0x1800, d_row, 16, 16));
  dataflow.weight_stationary = false;
  done(rig.config_ex(dataflow));
  return rig;
}

int dot(std::uint32_t length, const std::function<int(std::uint32_t)>& a, const std::function<int(std::uint32_t)>& b) {
  int sum = 0;
  for (std::uint32_t k = 0; k < length; ++k) sum += a(k) * b(k);
  return sum;
}

/// Row i of the A block at `a`, column j of the B block at `b`.
int product(const Rig& rig, std::uint32_t a, std::uint32_t b, std::uint32_t i, std::uint32_t j) {
  return dot(
      16, [&](std::uint32_t k) { return rig.scratchpad(a + i, k); },
      [&](std::uint32_t k) { return rig.scratchpad(b + k, j); });
}

}  // namespace

TEST_CASE("sums start from D, grow over several computes and are written where the preload says") {
  Rig rig = ready();
  done(rig.preload(d_row, none, 16, 16, 16, 16));
  const Facts facts = done(rig.compute(true, a_row, 16, 16, b_row));
  CHECK(facts.macs == 16 * 16 * 16);
  CHECK(facts.reads[1].first == b_row);
  done(rig.preload(none, acc | 40));
  done(rig.compute(false, a_row + 16, 16, 16, b_row + 16));
  for (std::uint32_t i = 0; i < 16; ++i) {
    for (std::uint32_t j = 0; j < 16; ++j) {
      CHECK(rig.accumulator(40 + i, j) == rig.scratchpad(d_row + i, j) + product(rig, a_row, b_row, i, j) +
                                              product(rig, a_row + 16, b_row + 16, i, j));
    }
  }
}

TEST_CASE("without D sums start from zeros") {
  Rig rig = ready();
  for (const std::uint32_t to : {acc, acc_add}) {
    done(rig.preload(none, to));
    done(rig.compute(true, a_row, 16, 16, b_row));
  }
  CHECK(rig.accumulator(3, 4) == 2 * product(rig, a_row, b_row, 3, 4));
}

TEST_CASE("smaller A, B and D count as zeros where they end") {
  Rig rig = ready();
  done(rig.preload(d_row, acc, 3, 2, 16, 16));
  const Facts facts = done(rig.compute(true, a_row, 5, 7, b_row, 9, 4));
  for (std::uint32_t i = 0; i < 16; ++i) {
    for (std::uint32_t j = 0; j < 16; ++j) {
      const int start = i < 2 && j < 3 ? rig.scratchpad(d_row + i, j) : 0;
      const int sum = dot(
          4, [&](std::uint32_t k) { return rig.scratchpad(a_row + i, k); },
          [&](std::uint32_t k) { return rig.scratchpad(b_row + k, j); });
      CHECK(rig.accumulator(i, j) == start + (i < 7 && j < 9 ? sum : 0));
    }
  }
  CHECK(facts.macs == 5 * 7 * 9);
}

TEST_CASE("A alone or both operands may be transposed; A has a row stride") {
  Rig left = ready({.transpose_a = true, .a_stride = 3});
  done(left.preload(none, acc));
  done(left.compute(true, a_row, 16, 16, b_row));
  CHECK(left.accumulator(2, 5) == dot(
                                      16, [&](std::uint32_t k) { return left.scratchpad(a_row + 3 * k, 2); },
                                      [&](std::uint32_t k) { return left.scratchpad(b_row + k, 5); }));
  Rig both = ready({.transpose_a = true, .transpose_b = true});
  done(both.preload(d_row, acc));
  done(both.compute(true, a_row, 16, 16, b_row));
  // D is not transposed with B.
  CHECK(both.accumulator(2, 5) ==
        both.scratchpad(d_row + 2, 5) + dot(
                                            16, [&](std::uint32_t k) { return both.scratchpad(a_row + k, 2); },
                                            [&](std::uint32_t k) { return both.scratchpad(b_row + 5, k); }));
}

TEST_CASE("sums in the scratchpad are shifted, rounded, saturated and rectified") {
  Rig rig = ready({.relu = true, .shift = 9, .c_stride = 2});
  done(rig.preload(none, 300));
  done(rig.compute(true, a_row, 16, 16, b_row));
  for (std::uint32_t j = 0; j < 16; ++j) {
    const int sum = product(rig, a_row, b_row, 3, j);
    CHECK(rig.scratchpad(306, j) == std::clamp((sum + 256) >> 9, 0, 127));
  }
}

TEST_CASE("what is in the array means nothing before it is set, and in the other dataflow") {
  Rig rig = ready();
  done(rig.preload(none, acc));
  refused(rig.compute(false, a_row, 16, 16, b_row), "none are known");
  done(rig.compute(true, a_row, 16, 16, b_row));
  done(rig.config_ex());
  done(rig.preload(none, acc));
  refused(rig.compute_accumulated(a_row), "the array holds none that are known");
}

TEST_CASE("operands are named as the dataflow uses them") {
  Rig rig = ready();
  refused(rig.preload(acc, acc), "operand D is in the accumulator");
  refused(rig.preload(16380, acc), "operand D: rows");
  done(rig.preload(none, acc));
  refused(rig.compute(true, a_row, 16, 16, acc), "operand B is in the accumulator");
  refused(rig.compute(true, a_row, 16, 16, b_row, 17, 16), "operand B of 16 rows and 17 columns");
}

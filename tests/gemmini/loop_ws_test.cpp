// The matrix product loop: results against plain loops, commands against those that the hardware was seen to send.

#include "gemmini/loop_ws.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t a = ByteMemory::base, b = a + 0x4000, d = a + 0x8000, c = a + 0xb000;

struct Shape {
  std::uint32_t n, k, m;
  bool transpose_a = false, transpose_b = false, full_c = false, int8_d = false, bias = false, accumulate = false;
  std::uint32_t activation = 0;
};

std::uint64_t pack(std::uint32_t i, std::uint32_t j, std::uint32_t k) {
  return std::uint64_t{k} << 32 | j << 16 | i;
}

/// Sends the loop's six commands; memory is dense.
Step send_loop(Rig& rig, const Shape& s, bool store = true) {
  const std::uint32_t dim = rig.accelerator.dim;
  const auto tiles = [&](std::uint32_t size) { return (size + dim - 1) / dim; };
  const auto pad = [&](std::uint32_t size) { return tiles(size) * dim - size; };
  done(rig.model.execute(9, pack(pad(s.n), pad(s.m), pad(s.k)), pack(tiles(s.n), tiles(s.m), tiles(s.k))));
  done(rig.model.execute(10, a, b));
  done(rig.model.execute(11, s.bias ? d : 0, store ? c : 0));
  done(rig.model.execute(12, s.transpose_a ? s.n : s.k, s.transpose_b ? s.k : s.m));
  done(rig.model.execute(13, s.m, s.m));
  const std::uint64_t flags = std::uint64_t{s.bias || s.accumulate} | std::uint64_t{s.full_c} << 1 |
                              std::uint64_t{s.int8_d} << 2 | std::uint64_t{s.activation} << 8;
  return rig.model.execute(8, flags, std::uint64_t{s.transpose_a} | std::uint64_t{s.transpose_b} << 1);
}

void configure(Rig& rig, const Shape& s, float scale = 0.004F) {
  const std::uint32_t dim = rig.accelerator.dim;
  done(rig.config_ex({.transpose_a = s.transpose_a, .transpose_b = s.transpose_b}));
  done(rig.config_ld(0, s.transpose_a ? s.n : s.k, dim));
  done(rig.config_ld(1, s.transpose_b ? s.k : s.m, dim));
  done(rig.config_ld(2, s.int8_d ? s.m : 4 * s.m, dim, 1.0F, s.int8_d));
  done(rig.config_st(s.full_c ? 4 * s.m : s.m, s.activation == 1 ? 1 : 0, scale));
}

std::int32_t right_sum(Rig& rig, const Shape& s, std::uint32_t i, std::uint32_t j) {
  std::int32_t sum = 0;
  for (std::uint32_t k = 0; k < s.k; ++k) {
    sum += rig.byte(a + (s.transpose_a ? k * s.n + i : i * s.k + k)) *
           rig.byte(b + (s.transpose_b ? j * s.k + k : k * s.m + j));
  }
  if (s.bias) sum += s.int8_d ? rig.byte(d + i * s.m + j) : rig.word(d + 4 * (std::uint64_t{i} * s.m + j));
  return sum;
}

void check_result(Rig& rig, const Shape& s) {
  for (std::uint32_t i = 0; i < s.n; ++i) {
    for (std::uint32_t j = 0; j < s.m; ++j) {
      const std::int32_t sum = right_sum(rig, s, i, j);
      if (s.full_c) {
        REQUIRE(rig.word(c + 4 * (std::uint64_t{i} * s.m + j)) == sum);
      } else {
        const float scaled = std::clamp(std::nearbyint(static_cast<float>(sum) * 0.004F), -128.0F, 127.0F);
        REQUIRE(rig.byte(c + i * s.m + j) == static_cast<int>(s.activation == 1 ? std::max(scaled, 0.0F) : scaled));
      }
    }
  }
}

}  // namespace

TEST_CASE("hardware loops agree with plain loops, whatever the flags, sizes and array") {
  std::mt19937 random(3);
  const auto size = [&](std::uint32_t most) { return 1 + static_cast<std::uint32_t>(random()) % most; };
  for (int round = 0; round < 120; ++round) {
    CAPTURE(round);
    Shape s{.n = size(60), .k = size(90), .m = size(60)};
    s.transpose_a = random() % 3 == 0;
    s.transpose_b = !s.transpose_a && random() % 2 == 0;
    s.full_c = random() % 4 == 0;
    s.bias = random() % 2 == 0;
    s.int8_d = random() % 2 == 0;
    s.activation = static_cast<std::uint32_t>(random()) % 2;
    Rig rig{Accelerator{.dim = std::array{8U, 16U, 32U}[random() % 3]}};
    rig.fill(a, 0xb000, static_cast<std::uint32_t>(random()));
    configure(rig, s);
    const Facts facts = done(send_loop(rig, s));
    CHECK(facts.kind == Kind::loop_ws);
    check_result(rig, s);
  }
}

TEST_CASE("a loop without a store leaves its sums to the next, which adds") {
  const Shape s{.n = 32, .k = 32, .m = 32};
  Rig rig;
  rig.fill(a, 0xb000);
  configure(rig, s);
  done(send_loop(rig, s, false));
  Shape again = s;
  again.accumulate = true;
  again.full_c = true;
  done(rig.config_st(128));
  done(send_loop(rig, again));
  for (std::uint32_t i = 0; i < 32; ++i) CHECK(rig.word(c + 4 * (i * 32 + 5)) == 2 * right_sum(rig, s, i, 5));
}

TEST_CASE("successive loops use alternate halves, unless the program chooses") {
  const Shape s{.n = 16, .k = 16, .m = 16};
  Rig rig;
  rig.fill(a, 0xb000);
  configure(rig, s);
  done(send_loop(rig, s));
  CHECK(rig.scratchpad(3, 4) == rig.byte(a + 3 * 16 + 4));
  CHECK(rig.scratchpad(8192 - 16, 4) == rig.byte(b + 4));
  CHECK(rig.accumulator(2, 2) == right_sum(rig, s, 2, 2));
  done(send_loop(rig, s));
  CHECK(rig.scratchpad(8192 + 3, 4) == rig.byte(a + 3 * 16 + 4));
  CHECK(rig.scratchpad(16384 - 16, 4) == rig.byte(b + 4));
  CHECK(rig.accumulator(512 + 2, 2) == right_sum(rig, s, 2, 2));

  rig.fill(a, 16, 99);
  done(rig.model.execute(8, 2U << 18 | 2U << 16, 0));
  CHECK(rig.scratchpad(8192, 4) == rig.byte(a + 4));
  CHECK(rig.scratchpad(0, 4) != rig.byte(a + 4));
}

TEST_CASE("a loop adds two matrices") {
  Rig rig;
  rig.fill(a, 0xb000);
  done(rig.config_ld(0, 40, 16, 1.0F, true));
  done(rig.config_ld(1, 40, 16, 1.0F, true));
  done(rig.config_st(40, 1));
  done(rig.model.execute(9, pack(10, 8, 0), pack(2, 3, 0)));  // 22 x 40
  done(rig.model.execute(10, a, b));
  done(rig.model.execute(11, 0, c));
  done(rig.model.execute(12, 40, 40));
  done(rig.model.execute(13, 0, 40));
  done(rig.model.execute(8, 0, 4));
  for (std::uint64_t i = 0; i < 22 * 40; ++i) {
    CHECK(rig.byte(c + i) == std::clamp(rig.byte(a + i) + rig.byte(b + i), 0, 127));
  }
}

TEST_CASE("the commands of a loop are those that the hardware was seen to send") {
  // 4 x 4 tiles of C, 8 along k, all dense 128 wide: the second loop of hw128_4x4.
  LoopWs loop;
  set(loop, Kind::loop_ws_bounds, 0, 0x800040004);
  set(loop, Kind::loop_ws_addrs_ab, 0x80003000, 0x80007040);
  set(loop, Kind::loop_ws_addrs_dc, 0, 0x8000c040);
  set(loop, Kind::loop_ws_strides_ab, 0x80, 0x80);
  set(loop, Kind::loop_ws_strides_dc, 0, 0x80);
  set(loop, Kind::loop_ws, 0, 0);
  std::vector<Command> sent;
  CHECK(expand(loop, {}, {.a = 8192, .b_end = 16384, .c = 512}, [&](const Command& command) {
    sent.push_back(command);
    return true;
  }));
  const auto of = [&](Kind kind) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> result;
    for (const Command& command : sent) {
      if (command.kind == kind) result.emplace_back(command.rs1, command.rs2);
    }
    return result;
  };
  CHECK(sent.size() == 8 + 8 + 2 * 128 + 4);
  const auto loads_a = of(Kind::mvin), loads_b = of(Kind::mvin2), stores = of(Kind::mvout);
  REQUIRE(loads_a.size() == 8);
  REQUIRE(loads_b.size() == 8);
  REQUIRE(stores.size() == 4);
  CHECK(loads_a[0] == std::pair<std::uint64_t, std::uint64_t>(0x80003000, 0x10004000002000));
  CHECK(loads_a[7] == std::pair<std::uint64_t, std::uint64_t>(0x80004840, 0x100040000021c0));
  CHECK(loads_b[0] == std::pair<std::uint64_t, std::uint64_t>(0x80007040, 0x10004000003e00));
  CHECK(loads_b[7] == std::pair<std::uint64_t, std::uint64_t>(0x8000a840, 0x10004000003fc0));
  CHECK(stores[0] == std::pair<std::uint64_t, std::uint64_t>(0x8000c040, 0x10004080000200));
  CHECK(stores[3] == std::pair<std::uint64_t, std::uint64_t>(0x8000d840, 0x100040800002c0));
  const auto preloads = of(Kind::preload);
  REQUIRE(preloads.size() == 128);
  CHECK(preloads[0].first == 0x10001000003e00);
  CHECK(preloads[0].second == 0x10001080000200);
  CHECK(preloads[16].first == 0x10001000003e40);
  CHECK(preloads[16].second == 0x100010c0000200);
  CHECK(of(Kind::compute_preloaded).size() == 32);
  CHECK(of(Kind::compute_accumulated).size() == 96);
}

TEST_CASE("the observer is told of the loop and then of its commands") {
  ByteMemory memory;
  std::vector<Facts> seen;
  Model model({}, memory, [&](const Facts& facts) { seen.push_back(facts); });
  model.execute(0, 0x10004, std::uint64_t{1} << 48);
  model.execute(0, Rig::bits(1.0F) | 16 << 16 | 1, 16);
  model.execute(0, Rig::bits(1.0F) | 16 << 16 | 1 << 3 | 1, 16);
  model.execute(9, 0, pack(1, 1, 1));
  model.execute(10, a, b);
  model.execute(12, 16, 16);
  seen.clear();
  CHECK(model.execute(8, 0, 0).outcome == Outcome::done);
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].kind == Kind::loop_ws);
  CHECK_FALSE(seen[0].from_loop);
  CHECK(seen[1].kind == Kind::mvin2);
  CHECK(seen[1].from_loop);
  CHECK(seen[1].address == b);
  CHECK(seen[4].kind == Kind::compute_preloaded);
  CHECK(seen[4].macs == 16 * 16 * 16);
}

TEST_CASE("loops that the hardware cannot do are refused") {
  const Shape s{.n = 64, .k = 64, .m = 64};
  Rig rig;
  refused(send_loop(rig, s), "needs a CONFIG_EX with stationary weights");
  done(rig.config_ex({.weight_stationary = false}));
  refused(send_loop(rig, s), "needs a CONFIG_EX with stationary weights");
  done(rig.config_ex());
  refused(send_loop(rig, s), "(LOOP_WS): its command 1 (MVIN2): load on channel 1, which no CONFIG_LD has set up");
  refused(send_loop(rig, {.n = 64, .k = 0, .m = 64}), "K is 0 tiles");
  refused(send_loop(rig, {.n = 64, .k = 1024, .m = 128}), "12288 rows are more than 8192");
  done(rig.model.execute(9, pack(16, 0, 0), pack(1, 1, 1)));
  refused(rig.model.execute(8, 0, 0), "I has a pad of 16");
  done(rig.model.execute(9, 0, pack(1, 1, 1)));
  refused(rig.model.execute(8, 3U << 16, 0), "half of A or B is 3");
}

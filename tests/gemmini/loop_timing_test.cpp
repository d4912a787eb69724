// Random programs of hardware loops, with plain commands before and between, under the cycle model.

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "timed_rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

Accelerator draw_accelerator(fuzz::Random& random) {
  const std::uint32_t dim = random.pick({4U, 8U, 16U, 16U, 32U});
  Accelerator accelerator{.dim = dim,
                          .scratchpad_rows = dim * random.pick({16U, 24U, 48U}),
                          .accumulator_rows = dim * random.pick({8U, 12U, 32U}),
                          .dma_max_bytes = random.pick({16U, 64U, 128U})};
  TimingParameters& timing = accelerator.timing;
  switch (random.below(3)) {
    case 0:  // as small as can be
      timing.front_commands = timing.load_entries = timing.store_entries = 1;
      timing.execute_entries = 3;
      timing.execute_commands = 2;
      timing.requests_in_flight = timing.loads_in_flight = 1;
      break;
    case 1:
      timing.front_commands = random.from(1, 12);
      timing.load_entries = random.from(1, 10);
      timing.execute_entries = random.from(3, 16);
      timing.store_entries = random.from(1, 6);
      timing.execute_commands = random.from(2, 12);
      timing.loads_in_flight = random.from(1, 4);
      timing.front_latency = random.below(9);
      timing.loop_latency = random.below(13);
      timing.load_gap = random.below(6);
      timing.result_latency = random.below(60);
      break;
    default:
      break;
  }
  return accelerator;
}

void draw_step(fuzz::Random& random, TimedRig& rig) {
  const std::uint32_t choice = random.below(10);
  if (choice < 3) {
    rig.send(fuzz::draw_loop_ws(random, rig.state()));
  } else if (choice < 6) {
    rig.send(fuzz::draw_loop_conv_ws(random, rig.state()));
  } else if (choice < 9) {
    rig.send(fuzz::draw(random, rig.state()));
  } else {
    rig.fence();
  }
  // A preload without a compute may be waited for without end.
  while (rig.state().preload.age == Preload::Age::pending) rig.send(fuzz::draw_product(random, rig.state()));
}

}  // namespace

TEST_CASE("programs of hardware loops come to an end, in an order in which they are right") {
  // More of them: EXOGENE_LOOP_PROGRAMS=50000 test_gemmini_fuzz
  const char* more = std::getenv("EXOGENE_LOOP_PROGRAMS");
  const std::uint64_t programs = more != nullptr ? std::stoull(more) : 500;
  std::uint64_t matrix_loops = 0, convolutions = 0, commands = 0, cycles = 0;
  for (std::uint64_t seed = 1; seed <= programs; ++seed) {
    CAPTURE(seed);
    fuzz::Random random(seed);
    TimedRig rig(draw_accelerator(random), seed);
    rig.send(fuzz::draw_configuration(random, rig.state()));
    for (int step = 0; step < 30; ++step) draw_step(random, rig);
    rig.finish();
    matrix_loops += rig.count(Kind::loop_ws);
    convolutions += rig.count(Kind::loop_conv_ws);
    commands += rig.sent();
    cycles += rig.time();
  }
  MESSAGE(programs, " programs: ", matrix_loops, " LOOP_WS, ", convolutions, " LOOP_CONV_WS, ", commands, " commands, ",
          cycles, " cycles");
  CHECK(matrix_loops > 5 * programs);
  CHECK(convolutions > 5 * programs);
}

// What streams once ended in a wait without end, or came in a wrong order.

namespace {

constexpr std::uint64_t a = ByteMemory::base, b = a + 0x4000, c = a + 0x8000;

/// CONFIG_EX with strides of a row.
const Command weights_stationary{Kind::config_ex, 1U << 16 | 4U, std::uint64_t{1} << 48};

/// Everything configured for dense matrices of 64 columns.
fuzz::Commands configuration(std::uint32_t block_stride = 16, bool residual = false) {
  fuzz::Commands commands{weights_stationary};
  for (std::uint32_t channel = 0; channel < 3; ++channel)
    commands.push_back(fuzz::config_ld({.channel = channel,
                                        .pixel_repeats = 1,
                                        .block_stride = block_stride,
                                        .shrunk = residual,
                                        .scale = 1.0F,
                                        .stride = 64}));
  commands.push_back(fuzz::config_st({.activation = Activation::none, .pooling = {}, .stride = 64, .scale = 0.01F}));
  return commands;
}

struct Loop {
  std::uint32_t i = 1, j = 1, k = 1;  ///< tiles
  std::uint64_t a = 0, b = 0, c = 0;
  std::uint32_t a_half = 0, b_half = 0;  ///< of the scratchpad; 0: alternating
  bool accumulate = false, residual = false;
};
fuzz::Commands loop_ws(const Loop& loop) {
  return {
      {Kind::loop_ws_bounds, 0, fuzz::pack(loop.i, loop.j, loop.k, 0)},
      {Kind::loop_ws_addrs_ab, loop.a, loop.b},
      {Kind::loop_ws_addrs_dc, 0, loop.c},
      {Kind::loop_ws_strides_ab, 64, 64},
      {Kind::loop_ws_strides_dc, 64, 64},
      {Kind::loop_ws, loop.a_half << 18 | loop.b_half << 16 | (loop.accumulate ? 1U : 0U), loop.residual ? 4U : 0U}};
}

Local block(std::uint32_t word) {
  return {.word = word, .cols = 16, .rows = 16};
}
const Command preload = array_command(Kind::preload, block(0), block(accumulator_bit));
const Command compute = array_command(Kind::compute_preloaded, block(64), Local{});

void run(const std::vector<fuzz::Commands>& program) {
  for (const std::uint32_t entries : {1U, 4U}) {
    Accelerator accelerator;
    accelerator.timing.load_entries = 2 * entries;
    accelerator.timing.store_entries = entries;
    TimedRig rig(accelerator);
    for (const auto& commands : program) rig.send(commands);
    rig.finish();
  }
}

}  // namespace

TEST_CASE("a hardware loop may be done with before the one that still stores") {
  run({configuration(), loop_ws({.i = 4, .j = 4, .k = 4, .a = a, .b = b, .c = c}), loop_ws({.accumulate = true})});
}

TEST_CASE("two hardware loops may use the same half of the scratchpad") {
  const auto loop = loop_ws({.i = 2, .j = 4, .k = 4, .a = a, .b = b, .c = c, .a_half = 1, .b_half = 1});
  run({configuration(), loop, loop,
       loop_ws({.i = 4, .j = 1, .k = 4, .a = a, .b = b, .c = c, .a_half = 1, .b_half = 1})});
}

TEST_CASE("a sum of matrices is stored after it was loaded, and may be left for the next hardware loop") {
  const Loop sum{.i = 4, .j = 4, .a = a, .b = b, .c = c, .residual = true};
  Loop left = sum;
  left.c = 0;
  run({configuration(16, true), loop_ws(sum), loop_ws(left),
       loop_ws({.i = 4, .j = 4, .k = 1, .c = c, .accumulate = true})});
}

TEST_CASE("blocks of a hardware loop's loads may replace what its executions use") {
  // Those of B run over the end of its half, where A begins.
  run({configuration(48), loop_ws({.i = 4, .j = 4, .k = 4, .a = a, .b = b, .c = c, .a_half = 2, .b_half = 1})});
}

TEST_CASE("a configuration flushes a preload whose compute never comes") {
  const Command load = transfer(Kind::mvin, a, block(0));
  run({configuration(), {preload, weights_stationary, load, preload, compute}});
}

TEST_CASE("a load into rows of a preload whose compute comes behind it, and needs it, waits for ever") {
  const Command load = transfer(Kind::mvin, a, {.word = 0, .cols = 64, .rows = 16});
  const Command compute_of_it = array_command(Kind::compute_preloaded, block(16), Local{});
  TimedRig rig({});
  rig.send(configuration());
  rig.send({preload, load, compute_of_it});
  CHECK_THROWS_WITH_AS(rig.fence(), doctest::Contains("MVIN waits for a PRELOAD"), Deadlock);
}

TEST_CASE("a full queue of loads that wait for a preload keeps its compute from coming") {
  const Command load = transfer(Kind::mvin, a, block(0));
  TimedRig rig({});
  rig.send(configuration());
  const fuzz::Commands loads(20, load);
  rig.send({preload});
  CHECK_THROWS_AS(rig.send(loads); rig.send({compute}); rig.fence(), Deadlock);
}

TEST_CASE("a pooled store of no pixels may name the row behind the last") {
  TimedRig rig({});
  rig.send(configuration());
  rig.send({fuzz::config_st(
      {.activation = Activation::none, .pooling = {.stride = 1, .size = 1}, .stride = 64, .scale = 1.0F})});
  rig.send({transfer(Kind::mvout, c, {.word = accumulator_bit | 1024, .cols = 16, .rows = 1})});
  REQUIRE(rig.count(Kind::mvout) == 1);
  rig.finish();
}

// Random programs of hardware loops, with plain commands before and between, under the cycle model.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "fuzz/generator.hpp"
#include "gemmini/timing/clock.hpp"
#include "rig.hpp"

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

bool goes_to_station(const Facts& facts) {
  switch (facts.kind) {
    case Kind::config_ex:
    case Kind::config_ld:
    case Kind::config_st:
    case Kind::config_norm:
    case Kind::mvin:
    case Kind::mvin2:
    case Kind::mvin3:
    case Kind::mvout:
    case Kind::preload:
    case Kind::compute_preloaded:
    case Kind::compute_accumulated:
      return true;
    default:
      return false;
  }
}

/// Checks that commands of different queues that use the same rows, one of them to write, came in program order. Those
/// of one queue always do.
class Order {
 public:
  void add(const TimedCommand& command) { commands_.push_back(command); }
  std::size_t size() const { return commands_.size(); }

  /// The first pair that did not, or an empty string.
  std::string mistake() {
    std::sort(commands_.begin(), commands_.end(),
              [](const auto& one, const auto& other) { return one.facts.requests < other.facts.requests; });
    std::array<std::vector<Last>, 2> rows;  // of scratchpad and accumulator
    for (const TimedCommand& command : commands_) {
      const auto queue = static_cast<std::size_t>(command.queue);
      for (const auto& [range, writes] : {std::pair(command.facts.writes, true), {command.facts.reads[0], false},
                                         {command.facts.reads[1], false}}) {
        auto& memory = rows[range.accumulator ? 1 : 0];
        if (range.first != range.end && memory.size() < range.end) memory.resize(range.end);
        for (std::uint32_t row = range.first; row < range.end; ++row) {
          Last& last = memory[row];
          for (std::size_t other = 0; other < 3; ++other) {
            const std::uint64_t done = writes ? std::max(last.read[other], last.written[other]) : last.written[other];
            if (other != queue && command.issue < done)
              return std::string(instruction(command.facts.kind).name) + " " + std::to_string(command.facts.requests) +
                     ", row " + std::to_string(row) + (range.accumulator ? " of the accumulator" : "") + ": issued at " +
                     std::to_string(command.issue) + ", before " + std::to_string(done);
          }
          (writes ? last.written : last.read)[queue] = command.complete;
        }
      }
    }
    return {};
  }

 private:
  struct Last {  ///< completion of the last command of each queue that wrote a row, and that read it
    std::array<std::uint64_t, 3> written{}, read{};
  };
  std::vector<TimedCommand> commands_;
};

struct Counts {
  std::uint64_t matrix_loops = 0, convolutions = 0, commands = 0, cycles = 0;
};

/// One program on an accelerator and a memory of its own.
void run(std::uint64_t seed, Counts& counts) {
  CAPTURE(seed);
  fuzz::Random random(seed);
  const Accelerator accelerator = draw_accelerator(random);
  ByteMemory memory, same;
  for (std::uint8_t& byte : memory.bytes) byte = static_cast<std::uint8_t>(random.word() >> 56);
  same.bytes = memory.bytes;
  Clock clock(accelerator);
  Order order;
  clock.pipeline().completed = [&](const TimedCommand& command) { order.add(command); };
  std::uint64_t sent = 0;
  Model model(accelerator, memory, [&](Facts facts) {
    if (facts.kind == Kind::loop_ws) ++counts.matrix_loops;
    if (facts.kind == Kind::loop_conv_ws) ++counts.convolutions;
    if (goes_to_station(facts)) facts.requests = ++sent;  // the cycle model does not look at it
    clock.command(facts);
  });
  Model without_cycles(accelerator, same);
  std::uint64_t pc = 0x80000000;
  const auto send = [&](const fuzz::Commands& commands) {
    for (const Command& command : commands) {
      clock.fetch({.pc = pc += 4});
      const unsigned funct = instruction(command.kind).funct;
      model.execute(funct, command.rs1, command.rs2);
      without_cycles.execute(funct, command.rs1, command.rs2);
    }
  };
  send(fuzz::draw_configuration(random, model.state()));
  for (int step = 0; step < 30; ++step) {
    const std::uint32_t choice = random.below(10);
    if (choice < 3) {
      send(fuzz::draw_loop_ws(random, model.state()));
    } else if (choice < 6) {
      send(fuzz::draw_loop_conv_ws(random, model.state()));
    } else if (choice < 9) {
      send(fuzz::draw(random, model.state()));
    } else {
      clock.fence();
    }
    // A preload without a compute would be an endless wait, which has a test of its own.
    while (model.state().preload.age == Preload::Age::pending) send(fuzz::draw_product(random, model.state()));
  }
  clock.fence();
  REQUIRE(clock.time() > 0);
  REQUIRE(order.size() == sent);
  REQUIRE(order.mistake() == "");
  const Breakdown parts = clock.pipeline().breakdown(clock.time());
  REQUIRE(std::accumulate(parts.cycles.begin(), parts.cycles.end(), std::uint64_t{0}) == clock.time());
  REQUIRE(memory.bytes == same.bytes);
  counts.commands += sent;
  counts.cycles += clock.time();
}

}  // namespace

TEST_CASE("programs of hardware loops come to an end, in an order in which they are right") {
  // More of them: EXOGENE_LOOP_PROGRAMS=30000 test_gemmini_fuzz
  const char* more = std::getenv("EXOGENE_LOOP_PROGRAMS");
  const std::uint64_t programs = more != nullptr ? std::stoull(more) : 300;
  Counts counts;
  for (std::uint64_t seed = 1; seed <= programs; ++seed) run(seed, counts);
  MESSAGE(programs, " programs: ", counts.matrix_loops, " LOOP_WS, ", counts.convolutions, " LOOP_CONV_WS, ",
          counts.commands, " commands, ", counts.cycles, " cycles");
  CHECK(counts.matrix_loops > 5 * programs);
  CHECK(counts.convolutions > 5 * programs);
}

#pragma once

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <vector>

#include "fuzz/generator.hpp"
#include "gemmini/timing/clock.hpp"
#include "rig.hpp"

namespace exogene::gemmini::test {

inline bool goes_to_station(const Facts& facts) {
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

/// Checks, by the numbers that they have as `requests`, that commands of different queues that use the same rows, one
/// of them to write, came in program order. Those of one queue always do.
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
      for (const auto& [range, writes] :
           {std::pair(command.facts.writes, true), {command.facts.reads[0], false}, {command.facts.reads[1], false}}) {
        auto& memory = rows[range.accumulator ? 1 : 0];
        if (range.first != range.end && memory.size() < range.end) memory.resize(range.end);
        for (std::uint32_t row = range.first; row < range.end; ++row) {
          Last& last = memory[row];
          for (std::size_t other = 0; other < 3; ++other) {
            const std::uint64_t done = writes ? std::max(last.read[other], last.written[other]) : last.written[other];
            if (other != queue && command.issue < done)
              return std::string(instruction(command.facts.kind).name) + " " + std::to_string(command.facts.requests) +
                     ", row " + std::to_string(row) + (range.accumulator ? " of the accumulator" : "") +
                     ": issued at " + std::to_string(command.issue) + ", before " + std::to_string(done);
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

/// A model under the cycle model, and beside it the same one without cycles.
class TimedRig {
 public:
  explicit TimedRig(const Accelerator& accelerator, std::uint64_t seed = 1)
      : clock_(accelerator),
        model_(accelerator, memory_, [this](const Facts& facts) { observe(facts); }),
        plain_(accelerator, plain_memory_) {
    fuzz::Random random(seed);
    for (std::uint8_t& byte : memory_.bytes) byte = static_cast<std::uint8_t>(random.word() >> 56);
    plain_memory_.bytes = memory_.bytes;
    clock_.pipeline().completed = [this](const TimedCommand& command) { order_.add(command); };
  }
  TimedRig(const TimedRig&) = delete;
  TimedRig& operator=(const TimedRig&) = delete;

  void send(const fuzz::Commands& commands) {
    for (const Command& command : commands) {
      clock_.fetch({.pc = pc_ += 4});
      const unsigned funct = instruction(command.kind).funct;
      model_.execute(funct, command.rs1, command.rs2);
      plain_.execute(funct, command.rs1, command.rs2);
    }
  }
  void fence() { clock_.fence(); }

  /// Waits for the end, and checks that everything came to one, in order, and is accounted for.
  void finish() {
    fence();
    REQUIRE(time() > 0);
    REQUIRE(order_.size() == sent_);
    REQUIRE(order_.mistake() == "");
    const Breakdown parts = clock_.pipeline().breakdown(time());
    REQUIRE(std::accumulate(parts.cycles.begin(), parts.cycles.end(), std::uint64_t{0}) == time());
    REQUIRE(memory_.bytes == plain_memory_.bytes);
  }

  const State& state() const { return model_.state(); }
  std::uint64_t time() const { return clock_.time(); }
  std::uint64_t sent() const { return sent_; }  ///< to the reservation station
  std::uint64_t count(Kind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

 private:
  void observe(Facts facts) {
    ++counts_[static_cast<std::size_t>(facts.kind)];
    if (goes_to_station(facts)) facts.requests = ++sent_;  // the cycle model does not look at it
    clock_.command(facts);
  }

  ByteMemory memory_, plain_memory_;
  Clock clock_;
  Order order_;
  Model model_, plain_;
  std::array<std::uint64_t, kinds> counts_{};
  std::uint64_t sent_ = 0, pc_ = 0x80000000;
};

}  // namespace exogene::gemmini::test

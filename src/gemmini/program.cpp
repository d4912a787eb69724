#include "gemmini/program.hpp"

#include <fmt/format.h>
#include <riscv/memtracer.h>
#include <riscv/mmu.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "gemmini/circles.hpp"
#include "gemmini/extension.hpp"
#include "gemmini/hart.hpp"
#include "gemmini/htif.hpp"
#include "gemmini/metrics.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::uint64_t memory_bytes = std::uint64_t{1} << 31;
constexpr std::uint64_t most_instructions_a_step = 1'000'000;

/// Follows each instruction: tells the clock, serves the program's requests, and sees that it does not go in circles.
class Follower final : public memtracer_t {
 public:
  Follower(state_t& state, GuestMemory& memory, Clock& clock, Htif& htif)
      : state_(state), memory_(memory), clock_(clock), htif_(htif) {}

  bool interested_in_range(uint64_t, uint64_t, access_type) override { return true; }
  void trace(uint64_t address, size_t, access_type type) override {
    if (type == FETCH) return follow(address);
    clock_.access(address);
    if (type == LOAD) {
      ++counts.loads;
      return;
    }
    ++counts.stores;
    circles_.something_happened();
    if (htif_.is_request(address)) htif_.serve();
  }
  void clean_invalidate(uint64_t, size_t, bool, bool) override {}

  HostCounts counts;

 private:
  void follow(std::uint64_t pc) {
    const std::uint32_t bits = instruction_bits(memory_, pc);
    const std::uint32_t opcode = bits & 0x7f;
    const bool system = opcode == 0x73;
    if (system && !state_.serialized) return;  // it is fetched again before it is executed
    ++counts.instructions;
    clock_.fetch(decode_host(pc, bits));
    if (system) {
      state_.mcycle->write(clock_.time());
      state_.time->sync(clock_.time());
    }
    if (system || opcode == 0x7b) {
      circles_.something_happened();
    } else if (circles_.closed(pc, state_)) {
      throw std::runtime_error(fmt::format("the program goes round in circles at pc {:#x} for ever", pc));
    }
  }

  state_t& state_;
  GuestMemory& memory_;
  Clock& clock_;
  Htif& htif_;
  Circles circles_;
};

struct Ended {
  std::uint64_t code;
  std::string reason;  ///< empty when the program ended itself
};

/// Until the program ends itself, or cannot go on.
Ended run(processor_t& processor, std::uint64_t most_instructions) {
  const state_t& state = *processor.get_state();
  const auto retired = [&] { return state.minstret->read(); };
  try {
    while (retired() < most_instructions) {
      const std::uint64_t before = retired();
      processor.step(std::min(most_instructions - before, most_instructions_a_step));
      if (processor.is_waiting_for_interrupt()) {
        return {1, fmt::format("the program waits at pc {:#x} for an interrupt, which never comes", state.pc)};
      }
      if (std::string trap = unhandled_trap(state); !trap.empty()) return {1, trap};
      // The first instruction of the handler trapped: it leads to itself.
      if (retired() == before && state.pc == state.mepc->read()) return {1, "in the trap handler: " + last_trap(state)};
    }
    return {1, fmt::format("instruction limit of {}", most_instructions)};
  } catch (const Exited& exited) {
    return {exited.code, {}};
  } catch (const Stopped& stopped) {
    return {1, stopped.reason};
  } catch (const std::exception& error) {
    return {1, error.what()};
  }
}

void print(const KernelRun& run, std::uint64_t cycles) {
  const auto counts = metrics(run, Accelerator{}.dim);
  for (const auto& [name, value] : counts.items()) {
    // A program has no arrays that are known, as a kernel has.
    if (name.starts_with("argument_") || name.starts_with("dram_")) continue;
    fmt::print(stderr, "{:<24} {:>15}\n", name, value.get<std::uint64_t>());
  }
  fmt::print(stderr, "{:<24} {:>15}\n", "cycles", cycles);
}

}  // namespace

int run_program(const std::string& elf, std::uint64_t most_instructions) {
  const auto say = [&](const std::string& text) { fmt::print(stderr, "gemmini-sim: {}: {}\n", elf, text); };
  GuestMemory memory(memory_bytes);
  ProgramFile file;
  try {
    file = load_program(elf, memory);
  } catch (const std::runtime_error& error) {
    fmt::print(stderr, "gemmini-sim: {}\n", error.what());
    return 2;
  }
  const Accelerator accelerator;
  Bus bus(memory);
  processor_t processor(isa, privileges, &bus.get_cfg(), &bus, 0, false, nullptr, std::cerr);
  Extension extension(accelerator, memory);
  processor.register_extension(&extension);
  processor.reset();
  Clock clock(accelerator);
  Htif htif(memory, file);
  Follower follower(*processor.get_state(), memory, clock, htif);
  processor.get_mmu()->register_memtracer(&follower);
  extension.clock = &clock;
  processor.get_state()->pc = file.entry;
  processor.get_state()->mtvec->write(trap_vector);

  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  Ended ended = run(processor, most_instructions);
  std::fflush(stdout);
  try {
    clock.fence();
  } catch (const std::exception& error) {
    if (ended.reason.empty()) ended = {1, error.what()};
  }
  KernelRun counts;
  counts.host = follower.counts;
  counts.accelerator = extension.counts();
  counts.scratchpad_rows_used = extension.model().state().scratchpad.rows_used;
  counts.accumulator_rows_used = extension.model().state().accumulator.rows_used;
  print(counts, clock.time());
  if (!ended.reason.empty()) say(ended.reason);
  if (ended.reason.empty() && ended.code != 0) say(fmt::format("exit code {}", ended.code));
  // A shell sees the lowest byte only.
  const auto code = static_cast<int>(ended.code & 0xff);
  return ended.code != 0 && code == 0 ? 1 : code;
}

}  // namespace exogene::gemmini

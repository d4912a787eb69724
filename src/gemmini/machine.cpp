#include "gemmini/machine.hpp"

#include <fmt/format.h>
#include <riscv/cfg.h>
#include <riscv/memtracer.h>
#include <riscv/mmu.h>
#include <riscv/processor.h>
#include <riscv/simif.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "gemmini/elf_file.hpp"
#include "gemmini/extension.hpp"

namespace exogene::gemmini {
namespace {

// The simulator's library was built with the old std::string; with the new one its classes are laid out differently,
// and everything would link and read garbage.
static_assert(sizeof(processor_t) == 8048,
              "Spike's headers and library disagree: compile with _GLIBCXX_USE_CXX11_ABI=0");

// Where traps lead: no memory is there, but step() returns as soon as it has taken a trap.
constexpr std::uint64_t trap_vector = 0x70000000;
constexpr std::uint64_t wfi_bytes = 4;
// The start-up code is some ten instructions long.
constexpr int most_start_instructions = 1000;
constexpr unsigned ra = 1, a0 = 10;

/// What the processor sees outside itself: memory, no devices.
class Bus final : public simif_t {
 public:
  explicit Bus(GuestMemory& memory) : memory_(memory) {
    configuration_.isa = "rv64gc";
    configuration_.priv = "m";
    configuration_.hartids = {0};
  }

  char* addr_to_mem(reg_t address) override { return reinterpret_cast<char*>(memory_.host(address, 1)); }
  bool mmio_load(reg_t, size_t, uint8_t*) override { return false; }
  bool mmio_store(reg_t, size_t, const uint8_t*) override { return false; }
  void proc_reset(unsigned) override {}
  const cfg_t& get_cfg() const override { return configuration_; }
  const std::map<size_t, processor_t*>& get_harts() const override { return harts_; }
  const char* get_symbol(uint64_t) override { return nullptr; }

 private:
  GuestMemory& memory_;
  cfg_t configuration_;
  std::map<size_t, processor_t*> harts_;
};

/// Counts the processor's loads and stores. The accelerator's DMA does not pass here.
class Tracer final : public memtracer_t {
 public:
  Tracer(const Problem& problem, GuestMemory& memory) : problem_(problem), memory_(memory) {}

  bool interested_in_range(uint64_t, uint64_t, access_type type) override { return type != FETCH || clock != nullptr; }
  void trace(uint64_t address, size_t bytes, access_type type) override {
    if (type == FETCH) return fetch(address);
    if (clock != nullptr) clock->access(address);
    const std::uint64_t argument_bytes = problem_.is_argument(address) ? bytes : 0;
    if (type == LOAD) {
      ++counts.loads;
      counts.argument_read_bytes += argument_bytes;
    } else if (type == STORE) {
      ++counts.stores;
      counts.argument_write_bytes += argument_bytes;
    }
  }
  void clean_invalidate(uint64_t, size_t, bool, bool) override {}

  HostCounts counts;
  Clock* clock = nullptr;

 private:
  void fetch(std::uint64_t pc) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, memory_.host(pc, 2), 2);
    if ((bits & 3) == 3) std::memcpy(&bits, memory_.host(pc, 4), 4);
    clock->fetch(pc, bits);
    if ((bits & 0x7f) == 0x0f) clock->fence();
  }

  const Problem& problem_;
  GuestMemory& memory_;
};

/// A line for each command, `command NAME QUEUE ARRIVE ALLOC ISSUE COMPLETE`, and for each pass, `pass START END`.
void write_trace(Pipeline& pipeline, std::ostream& out) {
  pipeline.completed = [&out](const TimedCommand& command) {
    static constexpr std::array queues{"load", "execute", "store"};
    out << "command " << instruction(command.facts.kind).name << ' ' << queues[static_cast<std::size_t>(command.queue)]
        << ' ' << command.arrive << ' ' << command.alloc << ' ' << command.issue << ' ' << command.complete << '\n';
  };
  pipeline.passed = [&out](std::uint64_t start, std::uint64_t end) { out << "pass " << start << ' ' << end << '\n'; };
}

std::string trap_name(reg_t cause) {
  static constexpr std::array names = {
      "misaligned instruction", "instruction access fault", "illegal instruction", "breakpoint",
      "misaligned load",        "load access fault",        "misaligned store",    "store access fault"};
  if (cause >= CAUSE_USER_ECALL && cause <= CAUSE_MACHINE_ECALL) return "environment call";
  return cause < names.size() ? names[cause] : fmt::format("trap {}", cause);
}

}  // namespace

struct Machine::Parts {
  Bus bus;
  processor_t processor;
  Extension extension;
  Tracer tracer;
  GuestMemory& memory;
  const Problem& problem;

  Parts(const Accelerator& accelerator, GuestMemory& guest, const Problem& the_problem)
      : bus(guest),
        processor("rv64gc", "m", &bus.get_cfg(), &bus, 0, false, nullptr, std::cerr),
        extension(accelerator, guest),
        tracer(the_problem, guest),
        memory(guest),
        problem(the_problem) {
    processor.register_extension(&extension);
    processor.reset();
    processor.get_mmu()->register_memtracer(&tracer);
  }

  std::uint64_t retired() { return processor.get_state()->minstret->read(); }

  void set_up(const Program& program) {
    state_t& state = *processor.get_state();
    state.pc = program.entry;
    state.mtvec->write(trap_vector);
    for (std::size_t i = 0; i < problem.arguments().size(); ++i) state.XPR.write(a0 + i, problem.arguments()[i]);
  }

  bool stopped() { return processor.is_waiting_for_interrupt() || processor.get_state()->pc == trap_vector; }

  /// Runs the start-up code up to the first instruction of the kernel.
  bool reach_kernel(const Program& program) {
    for (int i = 0; i < most_start_instructions && !stopped(); ++i) {
      if (processor.get_state()->pc == program.kernel) return true;
      processor.step(1);
    }
    return false;
  }

  /// The trap that ended the program, or an empty string.
  std::string trap() {
    const state_t& state = *processor.get_state();
    if (state.pc != trap_vector) return {};
    return fmt::format("{} at pc {:#x}, address or instruction {:#x}", trap_name(state.mcause->read()),
                       state.mepc->read(), state.mtval->read());
  }

  KernelRun run(const Program& program, std::uint64_t most_instructions, Clock* clock) {
    processor.clear_waiting_for_interrupt();
    tracer.clock = extension.clock = nullptr;
    set_up(program);
    if (!reach_kernel(program)) {
      const std::string text = trap();
      return {.reason = text.empty() ? "the start-up code does not reach kernel" : text,
              .host = {},
              .accelerator = {},
              .cycles = {},
              .breakdown = {}};
    }
    const std::uint64_t before = retired();
    const std::uint64_t return_address = processor.get_state()->XPR[ra];
    tracer.counts = {};
    extension.reset_counts();
    tracer.clock = extension.clock = clock;
    processor.get_mmu()->flush_tlb();  // also the instructions: which accesses are traced is decided when it is filled
    if (clock != nullptr) clock->fence();
    const std::uint64_t start = clock != nullptr ? clock->time() : 0;
    const Breakdown spent_before = clock != nullptr ? clock->pipeline().breakdown(start) : Breakdown{};

    const std::uint64_t last = before + most_instructions + 1;  // one more, for the wfi that the kernel returns to
    while (retired() < last && !stopped()) processor.step(last - retired());
    KernelRun result;
    if (!stopped()) {
      result.end = End::out_of_instructions;
      result.reason = fmt::format("instruction limit of {}", most_instructions);
    } else if (result.reason = trap(); !result.reason.empty()) {
      result.end = End::crashed;
    } else if (processor.get_state()->pc != return_address + wfi_bytes) {
      result.reason = fmt::format("the kernel stopped at pc {:#x} and did not return", processor.get_state()->pc);
    } else {
      result.end = End::returned;
      result.host = tracer.counts;
      result.host.instructions = retired() - before - 1;
      result.accelerator = extension.counts();
      if (clock != nullptr) {
        clock->fence();
        result.cycles.push_back(clock->time() - start);
        result.breakdown = clock->pipeline().breakdown(clock->time());
        for (std::size_t i = 0; i < spent_before.cycles.size(); ++i) {
          result.breakdown.cycles[i] -= spent_before.cycles[i];
        }
      }
      result.scratchpad_rows_used = extension.model().state().scratchpad.rows_used;
      result.accumulator_rows_used = extension.model().state().accumulator.rows_used;
    }
    return result;
  }
};

Machine::Machine(const Accelerator& accelerator, GuestMemory& memory, const Problem& problem)
    : parts_(std::make_unique<Parts>(accelerator, memory, problem)) {}

Machine::~Machine() = default;

KernelRun Machine::run(const std::string& elf, std::uint64_t most_instructions, const Timing& timing) {
  KernelRun failed;
  try {
    const Program program = load_program(elf, parts_->memory);
    std::optional<Clock> clock;
    std::ofstream trace;
    if (timing.cycles) clock.emplace(parts_->extension.model().state().accelerator);
    if (clock && !timing.trace.empty()) {
      trace.open(timing.trace);
      write_trace(clock->pipeline(), trace);
    }
    KernelRun first = parts_->run(program, most_instructions, clock ? &*clock : nullptr);
    for (std::uint32_t call = 1; call < timing.calls && first.end == End::returned; ++call) {
      if (clock) clock->pipeline().completed = nullptr;
      if (clock) clock->pipeline().passed = nullptr;
      const KernelRun next = parts_->run(program, most_instructions, clock ? &*clock : nullptr);
      first.end = next.end;
      first.reason = next.reason;
      first.cycles.insert(first.cycles.end(), next.cycles.begin(), next.cycles.end());
    }
    return first;
  } catch (const Stopped& stopped) {
    failed.end = stopped.outcome == Outcome::invalid ? End::invalid : End::crashed;
    failed.reason = stopped.reason;
  } catch (const std::runtime_error& error) {
    failed.reason = error.what();
  }
  return failed;
}

}  // namespace exogene::gemmini

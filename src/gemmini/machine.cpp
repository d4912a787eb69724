#include "gemmini/machine.hpp"

#include <fmt/format.h>
#include <riscv/memtracer.h>
#include <riscv/mmu.h>
#include <riscv/processor.h>

#include <array>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "gemmini/elf_file.hpp"
#include "gemmini/extension.hpp"
#include "gemmini/hart.hpp"
#include "gemmini/stepper.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::uint64_t wfi_bytes = 4;
// The start-up code is some ten instructions long.
constexpr int most_start_instructions = 1000;
constexpr unsigned ra = 1, a0 = 10;

/// Counts the processor's loads and stores. The accelerator's DMA does not pass here.
class Tracer final : public memtracer_t {
 public:
  explicit Tracer(const Problem& problem) : problem_(problem) {}

  bool interested_in_range(uint64_t, uint64_t, access_type type) override { return type != FETCH; }
  void trace(uint64_t address, size_t bytes, access_type type) override {
    if (stepper != nullptr) stepper->access(address);
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
  Stepper* stepper = nullptr;  ///< told of each access when there is one

 private:
  const Problem& problem_;
};

/// The accelerator of a processor that is stepped: the clock hears of the instruction before it hears of the command.
class SteppedExtension final : public Extension {
 public:
  using Extension::Extension;
  reg_t execute(processor_t& the_processor, insn_t instruction, reg_t rs1, reg_t rs2) override {
    if (stepper != nullptr) stepper->reach();
    return Extension::execute(the_processor, instruction, rs1, rs2);
  }

  Stepper* stepper = nullptr;
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

}  // namespace

struct Machine::Parts {
  Bus bus;
  processor_t processor;
  SteppedExtension extension;
  Tracer tracer;
  GuestMemory& memory;
  const Problem& problem;

  Parts(const Accelerator& accelerator, GuestMemory& guest, const Problem& the_problem)
      : bus(guest),
        processor(isa, privileges, &bus.get_cfg(), &bus, 0, false, nullptr, std::cerr),
        extension(accelerator, guest),
        tracer(the_problem),
        memory(guest),
        problem(the_problem) {
    processor.register_extension(&extension);
    processor.reset();
    processor.get_mmu()->register_memtracer(&tracer);
  }

  std::uint64_t retired() { return processor.get_state()->minstret->read(); }

  void set_up(const KernelFile& program) {
    state_t& state = *processor.get_state();
    state.pc = program.entry;
    state.mtvec->write(trap_vector);
    for (std::size_t i = 0; i < problem.arguments().size(); ++i) state.XPR.write(a0 + i, problem.arguments()[i]);
  }

  bool stopped() { return processor.is_waiting_for_interrupt() || processor.get_state()->pc == trap_vector; }

  /// Runs the start-up code up to the first instruction of the kernel.
  bool reach_kernel(const KernelFile& program) {
    for (int i = 0; i < most_start_instructions && !stopped(); ++i) {
      if (processor.get_state()->pc == program.kernel) return true;
      processor.step(1);
    }
    return false;
  }

  void follow(Clock* clock, Stepper* stepper) {
    extension.clock = clock;
    extension.stepper = tracer.stepper = stepper;
  }

  KernelRun run(const KernelFile& program, std::uint64_t most_instructions, Clock* clock) {
    processor.clear_waiting_for_interrupt();
    follow(nullptr, nullptr);
    set_up(program);
    if (!reach_kernel(program)) {
      const std::string text = unhandled_trap(*processor.get_state());
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
    std::optional<Stepper> stepper;
    if (clock != nullptr) stepper.emplace(processor, memory, *clock);
    follow(clock, stepper ? &*stepper : nullptr);
    if (clock != nullptr) clock->fence();
    const std::uint64_t start = clock != nullptr ? clock->time() : 0;
    const Breakdown spent_before = clock != nullptr ? clock->pipeline().breakdown(start) : Breakdown{};

    const std::uint64_t last = before + most_instructions + 1;  // one more, for the wfi that the kernel returns to
    while (retired() < last && !stopped()) {
      if (stepper) {
        stepper->step(last - retired());
      } else {
        processor.step(last - retired());
      }
    }
    KernelRun result;
    if (!stopped()) {
      result.end = End::out_of_instructions;
      result.reason = fmt::format("instruction limit of {}", most_instructions);
    } else if (result.reason = unhandled_trap(*processor.get_state()); !result.reason.empty()) {
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
    const KernelFile program = load_kernel(elf, parts_->memory);
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
  } catch (const Deadlock& deadlock) {
    failed.end = End::invalid;
    failed.reason = deadlock.what();
  } catch (const std::exception& error) {
    failed.reason = error.what();
  }
  return failed;
}

}  // namespace exogene::gemmini

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gemmini/hart.hpp"
#include "gemmini/timing/clock.hpp"

namespace exogene::gemmini {

/// Runs a processor from jump to jump and tells a clock of each instruction. That is much faster than a tracer of
/// fetches, for which the processor decodes every instruction anew.
class Stepper {
 public:
  /// All must outlive the stepper, and the code must not change but before a FENCE.I.
  Stepper(processor_t& processor, const GuestMemory& memory, Clock& clock);

  /// Executes a straight line, at most `most` instructions.
  void step(std::uint64_t most);

  /// The instruction that is being executed loads or stores.
  void access(std::uint64_t address) {
    reach();
    clock_.access(address);
  }

  /// Tells the clock of all instructions up to the one that is being executed.
  void reach() {
    const std::uint64_t pc = processor_.get_state()->pc;
    const HostInstruction* const first = next_;
    while (next_ != end_ && next_->pc <= pc) ++next_;
    clock_.fetch(first, next_);
  }

 private:
  using Line = std::vector<HostInstruction>;

  const Line& line_at(std::uint64_t pc);

  processor_t& processor_;
  const GuestMemory& memory_;
  Clock& clock_;
  std::vector<Line> lines_;                                 ///< by the last bits of their pc
  const HostInstruction *next_ = nullptr, *end_ = nullptr;  ///< what the clock has not heard of yet
};

}  // namespace exogene::gemmini

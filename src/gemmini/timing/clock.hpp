#pragma once

#include <cstdint>
#include <vector>

#include "gemmini/timing/host.hpp"

namespace exogene::gemmini {

/// The cycles of host and accelerator together, from what the processor does, in order.
class Clock {
 public:
  explicit Clock(const Accelerator& accelerator)
      : accelerator_(accelerator),
        memory_(accelerator_.timing),
        pipeline_(accelerator_, memory_),
        host_(accelerator_.timing, memory_, pipeline_) {}

  void fetch(const HostInstruction& instruction) {
    end_loop();  // it is whole when the next instruction comes
    host_.fetch(instruction);
    if (is_fence(instruction)) fence();
  }
  /// [first, end) of a straight line that charge() has seen, in which a fence can only be the last.
  void fetch(const HostInstruction* first, const HostInstruction* end) {
    if (first == end) return;
    end_loop();
    host_.fetch(first, end);
    if (is_fence(end[-1])) fence();
  }
  void charge(std::vector<HostInstruction>& line) const { host_.charge(line); }
  void access(std::uint64_t address) { host_.access(address); }
  void command(const Facts& facts);
  void fence() {
    end_loop();
    host_.wait_for_accelerator();
  }
  std::uint64_t time() const { return host_.time(); }
  Pipeline& pipeline() { return pipeline_; }

 private:
  static bool is_fence(const HostInstruction& instruction) {
    using Class = HostInstruction::Class;
    return instruction.kind == Class::fence || instruction.kind == Class::fence_i;
  }
  void end_loop() {
    if (!loop_.empty()) send_loop();
  }
  void send_loop();

  std::vector<TimedCommand> loop_;  ///< commands of the hardware loop that is being taken in
  Accelerator accelerator_;
  MemorySystem memory_;
  Pipeline pipeline_;
  HostClock host_;
};

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>

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
    using Class = HostInstruction::Class;
    if (instruction.kind == Class::fence || instruction.kind == Class::fence_i) fence();
  }
  void access(std::uint64_t address) { host_.access(address); }
  void command(const Facts& facts);
  void fence() {
    end_loop();
    host_.wait_for_accelerator();
  }
  std::uint64_t time() const { return host_.time(); }
  Pipeline& pipeline() { return pipeline_; }

 private:
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

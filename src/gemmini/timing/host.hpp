#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "gemmini/timing/instruction.hpp"
#include "gemmini/timing/memory_system.hpp"
#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

/// The clock of the host, a five-stage in-order core (Rocket): an instruction a cycle, and what it waits for.
class HostClock {
 public:
  HostClock(const TimingParameters& parameters, MemorySystem& memory, Pipeline& pipeline);

  void fetch(const HostInstruction& instruction);
  /// The same for [first, end), a part of a straight line that charge() has seen; none but the last jumps or branches.
  void fetch(const HostInstruction* first, const HostInstruction* end);
  /// Sets the cycles of the instructions of a straight line.
  void charge(std::vector<HostInstruction>& line) const;
  void access(std::uint64_t address);  ///< it loads or stores
  void command(const TimedCommand& command);
  /// A hardware loop makes it: that takes the host no time.
  void loop(const std::vector<TimedCommand>& commands);
  void wait_for_accelerator();  ///< it is a fence

  std::uint64_t time() const { return time_; }

 private:
  void miss(std::uint64_t address);
  void remember(const HostInstruction& instruction);
  std::uint32_t cycles(const HostInstruction& instruction, std::uint32_t loaded) const;
  void follow(std::uint64_t pc, bool long_instruction);

  const TimingParameters& parameters_;
  MemorySystem& memory_;
  Pipeline& pipeline_;
  int line_bits_;
  CacheTags instructions_, data_;
  std::uint64_t time_ = 0;
  std::uint64_t line_ = 0;  ///< of the last fetch, so that most fetches need no look at the tags

  // The last instruction.
  std::uint64_t pc_ = 0, next_pc_ = 0;
  bool branch_ = false, jump_ = false;
  std::uint32_t loaded_register_ = 0;  ///< 0: none

  std::uint32_t history_ = 0;
  std::array<bool, 512> taken_{};            ///< one-bit counters
  std::array<std::uint64_t, 28> targets_{};  ///< branches whose target is known
  std::uint64_t known_ = 0;                  ///< the one of them that was found last
  std::size_t next_target_ = 0;
};

}  // namespace exogene::gemmini

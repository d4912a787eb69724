#include "gemmini/timing/host.hpp"

#include <algorithm>
#include <bit>

namespace exogene::gemmini {

using Class = HostInstruction::Class;

HostClock::HostClock(const TimingParameters& parameters, MemorySystem& memory, Pipeline& pipeline)
    : parameters_(parameters),
      memory_(memory),
      pipeline_(pipeline),
      line_bits_(std::countr_zero(parameters.line)),
      instructions_(std::uint64_t{parameters.cache_kib} * 1024, parameters.cache_ways, parameters.line),
      data_(std::uint64_t{parameters.cache_kib} * 1024, parameters.cache_ways, parameters.line) {}

void HostClock::miss(std::uint64_t address) {
  pipeline_.advance(time_);
  time_ = memory_.read(address, parameters_.line, time_) + 1;
  pipeline_.memory_used();
}

// Charges for what the last instruction did to the flow of control.
void HostClock::follow(std::uint64_t pc, bool long_instruction) {
  if (!branch_ && !jump_) return;
  const bool taken = pc != next_pc_;
  const bool known = pc_ == known_ || std::find(targets_.begin(), targets_.end(), pc_) != targets_.end();
  if (known) known_ = pc_;
  bool right = false;
  if (branch_) {
    // Three bits of a hash of the last eight outcomes choose among eight one-bit counters of the branch.
    const std::size_t index = (pc_ >> 2 ^ (221 * history_ >> 5 & 7) << 6) % taken_.size();
    right = (known && taken_[index]) == taken;
    taken_[index] = taken;
    if (known || taken) history_ = (taken ? 0x80U : 0U) | history_ >> 1;
  } else {
    right = known;
  }
  if (!right) time_ += parameters_.mispredict;
  // An instruction that begins in the middle of a fetched word and ends in the next one.
  if (taken && pc % 4 != 0 && long_instruction) time_ += parameters_.straddle;
  if (taken && !known) {
    if (targets_[next_target_] == known_) known_ = 0;
    targets_[next_target_] = pc_;
    next_target_ = (next_target_ + 1) % targets_.size();
  }
}

void HostClock::fetch(const HostInstruction& instruction) {
  follow(instruction.pc, instruction.length == 4);
  for (const auto address : {instruction.pc, instruction.pc + instruction.length - 1}) {
    const std::uint64_t line = address >> line_bits_;
    if (line == line_) continue;
    line_ = line;
    if (!instructions_.touch(address)) miss(line << line_bits_);
  }
  time_ += cycles(instruction, loaded_register_);
  remember(instruction);
}

void HostClock::fetch(const HostInstruction* first, const HostInstruction* end) {
  fetch(*first++);
  if (first == end) return;
  // Most parts of a line lie within a line of the cache.
  const HostInstruction& last = end[-1];
  if ((last.pc + last.length - 1) >> line_bits_ != line_) {
    while (first != end) fetch(*first++);
    return;
  }
  time_ += last.cycles - first[-1].cycles;
  remember(last);
}

void HostClock::charge(std::vector<HostInstruction>& line) const {
  std::uint32_t sum = 0;
  std::uint32_t loaded = 0;
  for (HostInstruction& instruction : line) {
    instruction.cycles = sum += cycles(instruction, loaded);
    loaded = instruction.kind == Class::load ? instruction.rd : 0;
  }
}

// Of an instruction behind one that loaded that register, or none if it is 0.
std::uint32_t HostClock::cycles(const HostInstruction& instruction, std::uint32_t loaded) const {
  const bool waits = loaded != 0 && (instruction.rs1 == loaded || instruction.rs2 == loaded);
  return (waits ? parameters_.load_use : 0) + (instruction.kind == Class::multiply ? parameters_.multiply : 1);
}

void HostClock::remember(const HostInstruction& instruction) {
  next_pc_ = instruction.pc + instruction.length;
  pc_ = instruction.pc;
  branch_ = instruction.kind == Class::branch;
  jump_ = instruction.kind == Class::jump;
  loaded_register_ = instruction.kind == Class::load ? instruction.rd : 0;
}

void HostClock::access(std::uint64_t address) {
  if (!data_.touch(address)) miss(address >> line_bits_ << line_bits_);
}

void HostClock::command(const TimedCommand& command) {
  time_ = pipeline_.push(command, time_);
}

void HostClock::loop(const std::vector<TimedCommand>& commands) {
  pipeline_.push_loop(commands, time_);
}

void HostClock::wait_for_accelerator() {
  time_ = std::max(time_, pipeline_.drain());
}

}  // namespace exogene::gemmini

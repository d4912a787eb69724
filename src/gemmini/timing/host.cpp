#include "gemmini/timing/host.hpp"

#include <algorithm>

namespace exogene::gemmini {
namespace {

enum class Class : std::uint8_t { plain, load, branch, jump, multiply };

struct Decoded {
  Class kind = Class::plain;
  std::uint32_t rd = 0, rs1 = 0, rs2 = 0;
};

Decoded decode_short(std::uint32_t bits) {
  const std::uint32_t quadrant = bits & 3;
  const std::uint32_t funct = bits >> 13 & 7;
  const std::uint32_t near1 = (bits >> 7 & 7) + 8;
  const std::uint32_t near2 = (bits >> 2 & 7) + 8;
  const std::uint32_t far1 = bits >> 7 & 31;
  const std::uint32_t far2 = bits >> 2 & 31;
  if (quadrant == 0) {
    if (funct == 2 || funct == 3) return {Class::load, near2, near1, 0};
    return {Class::plain, 0, near1, near2};
  }
  if (quadrant == 1) {
    if (funct == 5) return {Class::jump, 0, 0, 0};
    if (funct >= 6) return {Class::branch, 0, near1, 0};
    if (funct == 4) return {Class::plain, near1, near1, near2};
    return {Class::plain, far1, far1, 0};
  }
  if (funct == 2 || funct == 3) return {Class::load, far1, 2, 0};
  if (funct == 4 && far2 == 0) return {Class::jump, 0, far1, 0};
  if (funct == 4) return {Class::plain, far1, far1, far2};
  return {Class::plain, far1, far1, far2};
}

Decoded decode(std::uint32_t bits) {
  if ((bits & 3) != 3) return decode_short(bits);
  const std::uint32_t rd = bits >> 7 & 31;
  const std::uint32_t rs1 = bits >> 15 & 31;
  const std::uint32_t rs2 = bits >> 20 & 31;
  switch (bits & 0x7f) {
    case 0x03:
    case 0x07:
      return {Class::load, rd, rs1, 0};
    case 0x63:
      return {Class::branch, 0, rs1, rs2};
    case 0x67:
    case 0x6f:
      return {Class::jump, rd, rs1, 0};
    case 0x33:
    case 0x3b:
      return {bits >> 25 == 1 ? Class::multiply : Class::plain, rd, rs1, rs2};
    default:
      return {Class::plain, rd, rs1, rs2};
  }
}

}  // namespace

HostClock::HostClock(const TimingParameters& parameters, MemorySystem& memory, Pipeline& pipeline)
    : parameters_(parameters),
      memory_(memory),
      pipeline_(pipeline),
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
  const bool taken = pc != pc_ + length_;
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

void HostClock::fetch(std::uint64_t pc, std::uint32_t bits) {
  const std::uint64_t length = (bits & 3) == 3 ? 4 : 2;
  follow(pc, length == 4);
  for (const auto address : {pc, pc + length - 1}) {
    const std::uint64_t line = address / parameters_.line;
    if (line == line_) continue;
    line_ = line;
    if (!instructions_.touch(address)) miss(address / parameters_.line * parameters_.line);
  }
  const Decoded instruction = decode(bits);
  if (loads_ && loaded_register_ != 0 && (instruction.rs1 == loaded_register_ || instruction.rs2 == loaded_register_))
    time_ += parameters_.load_use;
  time_ += instruction.kind == Class::multiply ? parameters_.multiply : 1;
  pc_ = pc;
  length_ = length;
  branch_ = instruction.kind == Class::branch;
  jump_ = instruction.kind == Class::jump;
  loads_ = instruction.kind == Class::load;
  loaded_register_ = instruction.rd;
}

void HostClock::access(std::uint64_t address) {
  if (!data_.touch(address)) miss(address / parameters_.line * parameters_.line);
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

#include "gemmini/timing/memory_system.hpp"

#include <algorithm>
#include <bit>

namespace exogene::gemmini {

CacheTags::CacheTags(std::uint64_t bytes, std::uint32_t ways, std::uint32_t line)
    : ways_(ways), line_bits_(std::countr_zero(line)), sets_(bytes / line / ways), tags_(sets_ * ways) {}

bool CacheTags::move_to_front(std::uint64_t address) {
  std::uint64_t *const first = set(address), *const end = first + ways_;
  std::uint64_t* at = std::find(first, end, tag(address));
  const bool hit = at != end;
  if (!hit) --at;
  std::move_backward(first, at, at + 1);
  *first = tag(address);
  return hit;
}

MemorySystem::MemorySystem(const TimingParameters& parameters)
    : parameters_(parameters),
      l2_(std::uint64_t{parameters.l2_kib} * 1024, parameters.l2_ways, parameters.line),
      slots_(parameters.l2_misses) {}

std::uint64_t MemorySystem::fetch(std::uint64_t time) {
  const std::uint64_t taken = std::max(time, slots_[next_slot_]);
  const std::uint64_t start = std::max(taken, dram_free_);
  dram_free_ = start + parameters_.dram_line_cycles;
  const std::uint64_t done = start + parameters_.dram_latency;
  slots_[next_slot_] = done;
  if (++next_slot_ == slots_.size()) next_slot_ = 0;
  return done;
}

std::uint64_t MemorySystem::use_port(std::uint64_t bytes, std::uint64_t time) {
  const std::uint64_t start = std::max(time, port_free_);
  const auto most = static_cast<std::uint32_t>(bytes + parameters_.beat - 1);  // dividing 64 bits takes longer
  port_free_ = start + most / parameters_.beat;
  return start;
}

std::uint64_t MemorySystem::read(std::uint64_t address, std::uint64_t bytes, std::uint64_t time) {
  time = use_port(bytes, time);
  const std::uint64_t there = l2_.touch(address) ? time : fetch(time);
  return there + parameters_.l2_hit;
}

std::uint64_t MemorySystem::write(std::uint64_t address, std::uint64_t bytes, std::uint64_t time) {
  time = use_port(bytes, time);
  const bool whole = bytes >= parameters_.line && address % parameters_.line == 0;
  if (l2_.touch(address) || whole) return time + parameters_.l2_hit + 1;
  return std::max(time + parameters_.l2_hit + 1, fetch(time) - parameters_.dram_latency + parameters_.write_miss);
}

}  // namespace exogene::gemmini

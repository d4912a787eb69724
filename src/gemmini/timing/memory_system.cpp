#include "gemmini/timing/memory_system.hpp"

#include <algorithm>
#include <bit>

namespace exogene::gemmini {

CacheTags::CacheTags(std::uint64_t bytes, std::uint32_t ways, std::uint32_t line)
    : ways_(ways), line_bits_(std::countr_zero(line)), sets_(bytes / line / ways), tags_(sets_ * ways) {}

bool CacheTags::touch(std::uint64_t address) {
  const auto first = tags_.begin() + static_cast<std::ptrdiff_t>((block(address) & (sets_ - 1)) * ways_);
  const auto end = first + ways_;
  const std::uint64_t tag = block(address) + 1;
  if (*first == tag) return true;
  auto at = std::find(first, end, tag);
  const bool hit = at != end;
  if (!hit) at = end - 1;
  std::move_backward(first, at, at + 1);
  *first = tag;
  return hit;
}

bool CacheTags::has(std::uint64_t address) const {
  const auto first = tags_.begin() + static_cast<std::ptrdiff_t>((block(address) & (sets_ - 1)) * ways_);
  const std::uint64_t tag = block(address) + 1;
  return *first == tag || std::find(first, first + ways_, tag) != first + ways_;
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
  port_free_ = start + (bytes + parameters_.beat - 1) / parameters_.beat;
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

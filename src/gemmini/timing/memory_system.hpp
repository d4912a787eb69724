#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gemmini/timing/parameters.hpp"

namespace exogene::gemmini {

/// Tags of a set-associative cache with least-recently-used replacement. Sets and bytes of a line are powers of two.
class CacheTags {
 public:
  CacheTags(std::uint64_t bytes, std::uint32_t ways, std::uint32_t line);

  /// Whether the line of that address was there; it is afterwards.
  bool touch(std::uint64_t address) { return *set(address) == tag(address) || move_to_front(address); }
  bool has(std::uint64_t address) const {
    const std::uint64_t* first = tags_.data() + first_way(address);
    return *first == tag(address) || std::find(first, first + ways_, tag(address)) != first + ways_;
  }

 private:
  std::uint64_t tag(std::uint64_t address) const { return (address >> line_bits_) + 1; }
  std::uint64_t first_way(std::uint64_t address) const { return (address >> line_bits_ & (sets_ - 1)) * ways_; }
  std::uint64_t* set(std::uint64_t address) { return tags_.data() + first_way(address); }
  bool move_to_front(std::uint64_t address);

  std::uint32_t ways_;
  int line_bits_;
  std::uint64_t sets_;
  std::vector<std::uint64_t> tags_;  ///< [set][way], most recently used first; 0 for none
};

/// L2 and DRAM. Requests come in order of time.
class MemorySystem {
 public:
  explicit MemorySystem(const TimingParameters& parameters);

  /// When the first beat of a read comes back that is sent at `time`.
  std::uint64_t read(std::uint64_t address, std::uint64_t bytes, std::uint64_t time);

  /// When a write is acknowledged. A write of less than a line that is not there fetches it.
  std::uint64_t write(std::uint64_t address, std::uint64_t bytes, std::uint64_t time);

  /// When a read of that address can be taken: at once, or when one of the outstanding misses is done.
  std::uint64_t ready_for(std::uint64_t address) const { return l2_.has(address) ? 0 : slots_[next_slot_]; }

 private:
  std::uint64_t fetch(std::uint64_t time);
  std::uint64_t use_port(std::uint64_t bytes, std::uint64_t time);

  const TimingParameters& parameters_;
  CacheTags l2_;
  std::vector<std::uint64_t> slots_;  ///< when each of the last misses was done, in a ring
  std::size_t next_slot_ = 0;
  std::uint64_t dram_free_ = 0;
  std::uint64_t port_free_ = 0;  ///< of L2: a beat a cycle, reads and writes together
};

}  // namespace exogene::gemmini

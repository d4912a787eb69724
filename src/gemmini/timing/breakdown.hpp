#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace exogene::gemmini {

/// What the array did in a cycle: it worked, or waited for something.
enum class Spent : std::uint8_t {
  array,          ///< rows of weights or inputs went in
  dma,            ///< waited for a load
  bank,           ///< a scratchpad bank was busy with a load, or with the other operand
  host,           ///< waited for the host to send a command
  stores,         ///< waited for a store; the end of the kernel too
  configuration,  ///< was drained for an execute configuration
};

/// Cycles by what the array did; they add up to all of them.
struct Breakdown {
  static constexpr std::array names{"array", "dma", "bank", "host", "stores", "configuration"};
  std::array<std::uint64_t, names.size()> cycles{};

  std::uint64_t& operator[](Spent spent) { return cycles[static_cast<std::size_t>(spent)]; }
};

}  // namespace exogene::gemmini

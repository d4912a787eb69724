#pragma once

#include <cstdint>

#include "gemmini/facts.hpp"
#include "gemmini/timing/breakdown.hpp"

namespace exogene::gemmini {

constexpr std::uint64_t never = ~std::uint64_t{0};

enum class Queue : std::uint8_t { load, execute, store };

/// A command on its way through the accelerator; times in cycles, `never` while unknown.
struct TimedCommand {
  Facts facts;
  Queue queue = Queue::load;
  Spent waited = Spent::host;  ///< what kept it from issuing earlier
  std::uint64_t arrive = never, alloc = never, issue = never, complete = never;
};

/// Blocks side by side that a transfer moves, on an array of `dim` columns.
inline std::uint32_t blocks_of(const Facts& facts, std::uint32_t dim) {
  return (facts.cols + dim - 1) / dim;
}

}  // namespace exogene::gemmini

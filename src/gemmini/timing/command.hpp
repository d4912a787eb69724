#pragma once

#include <cstdint>

#include "gemmini/model.hpp"

namespace exogene::gemmini {

constexpr std::uint64_t never = ~std::uint64_t{0};

enum class Queue : std::uint8_t { load, execute, store };

/// A command on its way through the accelerator; times in cycles, `never` while unknown.
struct TimedCommand {
  Facts facts;
  Queue queue = Queue::load;
  std::uint64_t number = 0;  ///< in order of arrival, from 0
  std::uint64_t arrive = never, alloc = never, issue = never, complete = never;
};

}  // namespace exogene::gemmini

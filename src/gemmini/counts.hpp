#pragma once

#include <array>
#include <cstdint>

#include "gemmini/facts.hpp"

namespace exogene::gemmini {

/// What the accelerator did, summed over the executed commands.
struct Counts {
  std::array<std::uint64_t, kinds> commands{};  ///< by Kind, with those that hardware loops sent
  std::uint64_t from_program = 0;               ///< without them
  std::uint64_t dma_read_bytes = 0, dma_write_bytes = 0;
  std::uint64_t dma_read_requests = 0, dma_write_requests = 0;
  std::uint64_t macs = 0;

  void add(const Facts& facts);
};

}  // namespace exogene::gemmini

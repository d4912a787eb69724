#pragma once

#include "gemmini/accelerator.hpp"

namespace exogene::gemmini {

/// DMA requests for `bytes` contiguous bytes from `address` on. A request covers one naturally aligned packet of a
/// power of two from dma_bus_bytes to dma_max_bytes; the engine always takes the packet that covers most of what is
/// left.
std::uint64_t dma_requests(const Accelerator& accelerator, std::uint64_t address, std::uint64_t bytes);

}  // namespace exogene::gemmini

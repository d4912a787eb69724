#include "gemmini/requests.hpp"

#include <algorithm>

namespace exogene::gemmini {

std::uint64_t dma_requests(const Accelerator& accelerator, std::uint64_t address, std::uint64_t bytes) {
  std::uint64_t requests = 0;
  while (bytes > 0) {
    std::uint64_t most = 0;
    for (std::uint64_t size = accelerator.dma_bus_bytes; size <= accelerator.dma_max_bytes; size *= 2) {
      most = std::max(most, std::min(size - (address & (size - 1)), bytes));
    }
    address += most;
    bytes -= most;
    ++requests;
  }
  return requests;
}

}  // namespace exogene::gemmini

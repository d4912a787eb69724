#include "gemmini/requests.hpp"

#include <bit>

namespace exogene::gemmini {

std::uint64_t dma_requests(const Accelerator& accelerator, std::uint64_t address, std::uint64_t bytes) {
  // A larger request never covers less, so all but the last end at a boundary of the largest.
  if (bytes == 0) return 0;
  const int most = std::countr_zero(accelerator.dma_max_bytes);
  return ((address + bytes - 1) >> most) - (address >> most) + 1;
}

}  // namespace exogene::gemmini

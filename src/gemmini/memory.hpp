#pragma once

#include <cstddef>
#include <cstdint>

namespace exogene::gemmini {

/// Main memory as the accelerator's DMA sees it, addressed in bytes by physical address.
class Memory {
 public:
  virtual ~Memory() = default;
  /// Both return false, having done nothing, if any of the `bytes` bytes from `address` on is not memory.
  virtual bool read(std::uint64_t address, void* into, std::size_t bytes) = 0;
  virtual bool write(std::uint64_t address, const void* from, std::size_t bytes) = 0;
};

}  // namespace exogene::gemmini

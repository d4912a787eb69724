#pragma once

#include <cstddef>
#include <cstdint>

#include "gemmini/memory.hpp"

namespace exogene::gemmini {

inline constexpr std::uint64_t memory_base = 0x80000000;
inline constexpr std::uint64_t page = 4096;
/// Code, data and stack of the kernel lie in the first 32 MiB (link.ld knows), its arrays behind.
inline constexpr std::uint64_t program_bytes = std::uint64_t{32} << 20;

inline std::uint64_t round_up_to_page(std::uint64_t bytes) {
  return (bytes + page - 1) / page * page;
}

/// The simulated machine's memory: one mapping of zeroed pages at memory_base. A forked child has its own copy.
class GuestMemory final : public Memory {
 public:
  /// `bytes` is rounded up to pages. Throws std::bad_alloc.
  explicit GuestMemory(std::uint64_t bytes);
  ~GuestMemory() override;
  GuestMemory(const GuestMemory&) = delete;
  GuestMemory& operator=(const GuestMemory&) = delete;

  std::uint64_t size() const { return size_; }
  /// Where the bytes [address, address + bytes) are on the host, or null if they are not all memory.
  std::byte* host(std::uint64_t address, std::uint64_t bytes) const;

  bool read(std::uint64_t address, void* into, std::size_t bytes) override;
  bool write(std::uint64_t address, const void* from, std::size_t bytes) override;

 private:
  std::byte* start_;
  std::uint64_t size_;
};

}  // namespace exogene::gemmini

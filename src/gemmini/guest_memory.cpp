#include "gemmini/guest_memory.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace exogene::gemmini {

GuestMemory::GuestMemory(std::uint64_t bytes) : start_(nullptr), size_(round_up_to_page(bytes)) {
  void* mapping = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  start_ = static_cast<std::byte*>(mapping);
}

GuestMemory::~GuestMemory() {
  munmap(start_, size_);
}

std::byte* GuestMemory::host(std::uint64_t address, std::uint64_t bytes) const {
  if (address < memory_base || bytes > size_ || address - memory_base > size_ - bytes) return nullptr;
  return start_ + (address - memory_base);
}

bool GuestMemory::read(std::uint64_t address, void* into, std::size_t bytes) {
  const std::byte* from = host(address, bytes);
  if (from == nullptr) return false;
  std::memcpy(into, from, bytes);
  return true;
}

bool GuestMemory::write(std::uint64_t address, const void* from, std::size_t bytes) {
  std::byte* to = host(address, bytes);
  if (to == nullptr) return false;
  std::memcpy(to, from, bytes);
  return true;
}

}  // namespace exogene::gemmini

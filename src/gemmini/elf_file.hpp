#pragma once

#include <cstdint>
#include <string>

#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

struct Program {
  std::uint64_t entry;
  std::uint64_t kernel;  ///< address of the function `kernel`
};

/// Copies the loadable segments of a RISC-V ELF64 executable into the first program_bytes of memory.
/// Throws std::runtime_error that names the path and what is wrong with the file.
Program load_program(const std::string& path, GuestMemory& memory);

}  // namespace exogene::gemmini

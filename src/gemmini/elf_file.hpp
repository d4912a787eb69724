#pragma once

#include <cstdint>
#include <string>

#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

/// A kernel that a machine calls.
struct KernelFile {
  std::uint64_t entry;
  std::uint64_t kernel;  ///< address of the function `kernel`
};

/// A whole program, which talks to its host through two words of memory.
struct ProgramFile {
  std::uint64_t entry;
  std::uint64_t tohost, fromhost;  ///< addresses of those words
};

/// Both copy the loadable segments of a RISC-V ELF64 executable into memory: those of a kernel into the first
/// program_bytes, those of a program anywhere. They throw std::runtime_error that names the path and what is wrong with
/// the file.
KernelFile load_kernel(const std::string& path, GuestMemory& memory);
ProgramFile load_program(const std::string& path, GuestMemory& memory);

}  // namespace exogene::gemmini

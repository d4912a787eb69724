#pragma once

#include <cstdint>

#include "gemmini/elf_file.hpp"
#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

/// Thrown when the program ends itself.
struct Exited {
  std::uint64_t code;
};

/// The host's end of RISC-V's host-target interface: a program stores a request in its word `tohost` and reads the
/// answer in `fromhost`. Served are the end of the program, the system calls write (to 1 and 2) and exit, and the
/// output of single characters; output goes to the standard output. Other system calls fail with ENOSYS.
class Htif {
 public:
  /// The memory must outlive this.
  Htif(GuestMemory& memory, const ProgramFile& program) : memory_(memory), program_(program) {}

  bool is_request(std::uint64_t address) const { return address - program_.tohost < 8; }
  /// The program has stored to `tohost`. Throws Exited, or std::runtime_error for what cannot be served.
  void serve();

 private:
  std::uint64_t system_call(std::uint64_t number, const std::uint64_t (&arguments)[3]);

  GuestMemory& memory_;
  ProgramFile program_;
};

}  // namespace exogene::gemmini

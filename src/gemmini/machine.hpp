#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gemmini/accelerator.hpp"
#include "gemmini/counts.hpp"
#include "gemmini/guest_memory.hpp"
#include "gemmini/problem.hpp"
#include "gemmini/timing/breakdown.hpp"

namespace exogene::gemmini {

/// What the processor did between the first instruction of `kernel` and its return, both included.
struct HostCounts {
  std::uint64_t instructions = 0;
  std::uint64_t loads = 0, stores = 0;                              ///< scalar accesses
  std::uint64_t argument_read_bytes = 0, argument_write_bytes = 0;  ///< of those, bytes in the kernel's arrays
};

enum class End : std::uint8_t { returned, invalid, out_of_instructions, crashed };

struct KernelRun {
  End end = End::crashed;
  std::string reason;  ///< empty when returned
  HostCounts host;
  Counts accelerator;
  std::uint32_t scratchpad_rows_used = 0, accumulator_rows_used = 0;
  std::vector<std::uint64_t> cycles;  ///< of each call; empty without a clock
  Breakdown breakdown;                ///< of the first call's cycles
};

/// Whether cycles are counted, and in how many calls one after the other: the caches are cold in the first only.
struct Timing {
  bool cycles = false;
  std::uint32_t calls = 1;
  std::string trace;  ///< file for a line of each command; none when empty
};

/// A RISC-V processor (rv64gc) with the accelerator, on memory that somebody else owns.
class Machine {
 public:
  /// memory and problem must outlive the machine. Throws std::invalid_argument for a bad accelerator.
  Machine(const Accelerator& accelerator, GuestMemory& memory, const Problem& problem);
  ~Machine();

  /// Loads and runs one kernel, once: the machine is not reset. The kernel may retire `most_instructions`.
  KernelRun run(const std::string& elf, std::uint64_t most_instructions, const Timing& timing = {});

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace exogene::gemmini

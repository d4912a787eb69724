#pragma once

#include <cstdint>
#include <string>

namespace exogene::gemmini {

/// Runs a bare-metal RISC-V program on the default accelerator, as the stock simulator would, with 2 GiB of memory at
/// 0x80000000. Its console output goes to the standard output; counts, and why it ended when it failed, to the standard
/// error. The cycle counter that it reads is the modelled one.
/// Returns the exit code: that of the program, or 1 when it traps, breaks a rule of the hardware, goes round in circles
/// or retires more than `most_instructions`, or 2 when the file is no such program.
int run_program(const std::string& elf, std::uint64_t most_instructions);

}  // namespace exogene::gemmini

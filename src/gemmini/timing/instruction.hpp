#pragma once

#include <cstdint>

namespace exogene::gemmini {

/// What the host's clock knows of an instruction (rv64gc): where it is and what later ones may wait for.
struct HostInstruction {
  enum class Class : std::uint8_t { plain, load, branch, jump, multiply, fence, fence_i, csr, system };

  std::uint64_t pc = 0;
  Class kind = Class::plain;
  std::uint8_t length = 4;  ///< bytes
  std::uint8_t rd = 0, rs1 = 0, rs2 = 0;
  std::uint32_t cycles = 0;  ///< from the start of its straight line to its end, without cache misses
};

/// `bits` are its two or four bytes.
HostInstruction decode_host(std::uint64_t pc, std::uint32_t bits);

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>
#include <functional>

#include "gemmini/isa.hpp"

namespace exogene::gemmini {

/// A command that a hardware loop sends.
struct Command {
  Kind kind;
  std::uint64_t rs1, rs2;
};

/// Takes the commands of a loop one by one, in program order; false: it failed, and no more shall come.
using Send = std::function<bool(const Command&)>;

inline constexpr std::uint32_t no_operand = 0xffffffffU;

inline Command transfer(Kind kind, std::uint64_t address, const Local& local) {
  return {kind, address, encode(local)};
}
inline Command array_command(Kind kind, const Local& first, const Local& second) {
  return {kind, encode(first), encode(second)};
}

}  // namespace exogene::gemmini

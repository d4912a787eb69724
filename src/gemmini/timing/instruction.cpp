#include "gemmini/timing/instruction.hpp"

namespace exogene::gemmini {
namespace {

using Class = HostInstruction::Class;

HostInstruction made(std::uint64_t pc, std::uint8_t length, Class kind, std::uint32_t rd, std::uint32_t rs1,
                     std::uint32_t rs2) {
  return {.pc = pc,
          .kind = kind,
          .length = length,
          .rd = static_cast<std::uint8_t>(rd),
          .rs1 = static_cast<std::uint8_t>(rs1),
          .rs2 = static_cast<std::uint8_t>(rs2)};
}

HostInstruction decode_short(std::uint64_t pc, std::uint32_t bits) {
  const std::uint32_t quadrant = bits & 3;
  const std::uint32_t funct = bits >> 13 & 7;
  const std::uint32_t near1 = (bits >> 7 & 7) + 8;
  const std::uint32_t near2 = (bits >> 2 & 7) + 8;
  const std::uint32_t far1 = bits >> 7 & 31;
  const std::uint32_t far2 = bits >> 2 & 31;
  const auto is = [pc](Class kind, std::uint32_t rd, std::uint32_t rs1, std::uint32_t rs2) {
    return made(pc, 2, kind, rd, rs1, rs2);
  };
  if (quadrant == 0) {
    if (funct == 2 || funct == 3) return is(Class::load, near2, near1, 0);
    return is(Class::plain, 0, near1, near2);
  }
  if (quadrant == 1) {
    if (funct == 5) return is(Class::jump, 0, 0, 0);
    if (funct >= 6) return is(Class::branch, 0, near1, 0);
    if (funct == 4) return is(Class::plain, near1, near1, near2);
    return is(Class::plain, far1, far1, 0);
  }
  if (funct == 2 || funct == 3) return is(Class::load, far1, 2, 0);
  if (funct == 4 && far2 == 0) return is(Class::jump, 0, far1, 0);
  return is(Class::plain, far1, far1, far2);
}

}  // namespace

HostInstruction decode_host(std::uint64_t pc, std::uint32_t bits) {
  if ((bits & 3) != 3) return decode_short(pc, bits);
  const std::uint32_t funct = bits >> 12 & 7;
  const std::uint32_t rd = bits >> 7 & 31;
  const std::uint32_t rs1 = bits >> 15 & 31;
  const std::uint32_t rs2 = bits >> 20 & 31;
  const auto is = [pc](Class kind, std::uint32_t to, std::uint32_t one, std::uint32_t two) {
    return made(pc, 4, kind, to, one, two);
  };
  switch (bits & 0x7f) {
    case 0x03:
    case 0x07:
      return is(Class::load, rd, rs1, 0);
    case 0x0f:
      return is(funct == 1 ? Class::fence_i : Class::fence, rd, rs1, rs2);
    case 0x33:
    case 0x3b:
      return is(bits >> 25 == 1 ? Class::multiply : Class::plain, rd, rs1, rs2);
    case 0x63:
      return is(Class::branch, 0, rs1, rs2);
    case 0x67:
    case 0x6f:
      return is(Class::jump, rd, rs1, 0);
    case 0x73:
      return is(funct == 0 ? Class::system : Class::csr, rd, rs1, rs2);
    default:
      return is(Class::plain, rd, rs1, rs2);
  }
}

}  // namespace exogene::gemmini

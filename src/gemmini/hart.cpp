#include "gemmini/hart.hpp"

#include <array>

namespace exogene::gemmini {
namespace {

// The simulator's library was built with the old std::string; with the new one its classes are laid out differently,
// and everything would link and read garbage.
static_assert(sizeof(processor_t) == 8048,
              "Spike's headers and library disagree: compile with _GLIBCXX_USE_CXX11_ABI=0");

std::string trap_name(reg_t cause) {
  static constexpr std::array names = {
      "misaligned instruction", "instruction access fault", "illegal instruction", "breakpoint",
      "misaligned load",        "load access fault",        "misaligned store",    "store access fault"};
  if (cause >= CAUSE_USER_ECALL && cause <= CAUSE_MACHINE_ECALL) return "environment call";
  return cause < names.size() ? names[cause] : fmt::format("trap {}", cause);
}

}  // namespace

Bus::Bus(GuestMemory& memory) : memory_(memory) {
  configuration_.isa = isa;
  configuration_.priv = privileges;
  configuration_.hartids = {0};
}

std::string last_trap(const state_t& state) {
  return fmt::format("{} at pc {:#x}, address or instruction {:#x}", trap_name(state.mcause->read()),
                     state.mepc->read(), state.mtval->read());
}

std::string unhandled_trap(const state_t& state) {
  return state.pc == trap_vector ? last_trap(state) : std::string();
}

}  // namespace exogene::gemmini

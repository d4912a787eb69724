#pragma once

// What machines need around Spike's processor.

#include <fmt/format.h>  // before Spike's headers, which define a macro `assume`
#include <riscv/cfg.h>
#include <riscv/processor.h>
#include <riscv/simif.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>

#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

/// Where traps lead that the program does not handle: no memory is there, but step() returns as soon as it has taken a
/// trap.
inline constexpr std::uint64_t trap_vector = 0x70000000;

/// The processor, as the stock simulator has it by default.
inline constexpr const char* isa = "rv64gc_zicntr_zihpm";
inline constexpr const char* privileges = "msu";

/// What the processor sees outside itself: memory, no devices.
class Bus final : public simif_t {
 public:
  explicit Bus(GuestMemory& memory);

  char* addr_to_mem(reg_t address) override { return reinterpret_cast<char*>(memory_.host(address, 1)); }
  bool mmio_load(reg_t, size_t, uint8_t*) override { return false; }
  bool mmio_store(reg_t, size_t, const uint8_t*) override { return false; }
  void proc_reset(unsigned) override {}
  const cfg_t& get_cfg() const override { return configuration_; }
  const std::map<size_t, processor_t*>& get_harts() const override { return harts_; }
  const char* get_symbol(uint64_t) override { return nullptr; }

 private:
  GuestMemory& memory_;
  cfg_t configuration_;
  std::map<size_t, processor_t*> harts_;
};

/// Whether all bytes of an instruction at `pc` are in memory.
inline bool has_instruction(const GuestMemory& memory, std::uint64_t pc) {
  const std::byte* first = memory.host(pc, 2);
  return first != nullptr && ((std::to_integer<unsigned>(*first) & 3) != 3 || memory.host(pc, 4) != nullptr);
}

/// The two or four bytes of the instruction at `pc`, which is in memory.
inline std::uint32_t instruction_bits(const GuestMemory& memory, std::uint64_t pc) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, memory.host(pc, 2), 2);
  if ((bits & 3) == 3) std::memcpy(&bits, memory.host(pc, 4), 4);
  return bits;
}

/// The trap that led the processor to trap_vector, or an empty string when it is elsewhere.
std::string unhandled_trap(const state_t& state);
/// The last trap, handled or not.
std::string last_trap(const state_t& state);

}  // namespace exogene::gemmini

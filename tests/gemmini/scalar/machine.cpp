// Memories of the plain model, and the table of its commands.

#include "machine.hpp"

#include <stdexcept>
#include <utility>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

Operand operand(std::uint64_t word) {
  return {.address = field(word, 31, 0), .cols = field(word, 47, 32), .rows = field(word, 63, 48)};
}

}  // namespace

Machine::Machine(const Accelerator& accelerator, std::uint64_t first_address, std::vector<std::uint8_t> bytes,
                 Fault planted)
    : dim(accelerator.dim),
      scratchpad_rows(accelerator.scratchpad_rows),
      accumulator_rows(accelerator.accumulator_rows),
      rounding(accelerator.rounding),
      fault(planted),
      scratchpad(std::size_t{scratchpad_rows} * dim),
      accumulator(std::size_t{accumulator_rows} * dim),
      scratchpad_written(scratchpad_rows),
      accumulator_written(accumulator_rows),
      memory_base(first_address),
      memory(std::move(bytes)),
      held(std::size_t{dim} * dim) {}

std::int8_t Machine::scratchpad_at(std::uint32_t row, std::uint32_t col) const {
  return scratchpad.at(std::size_t{row} * dim + col);
}

std::int32_t Machine::accumulator_at(std::uint32_t row, std::uint32_t col) const {
  return accumulator.at(std::size_t{row} * dim + col);
}

void Machine::write_scratchpad(std::uint32_t row, std::uint32_t col, std::int8_t value) {
  scratchpad.at(std::size_t{row} * dim + col) = value;
  if (!scratchpad_written[row]) ++scratchpad_rows_used;
  scratchpad_written[row] = true;
}

void Machine::write_accumulator(std::uint32_t row, std::uint32_t col, std::int32_t value) {
  accumulator.at(std::size_t{row} * dim + col) = value;
  if (!accumulator_written[row]) ++accumulator_rows_used;
  accumulator_written[row] = true;
}

std::int32_t Machine::read(std::uint64_t address, std::uint32_t bytes) const {
  const auto byte = [&](std::uint32_t i) { return std::uint32_t{memory.at(address - memory_base + i)}; };
  if (bytes == 1) return static_cast<std::int8_t>(byte(0));
  return static_cast<std::int32_t>(byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
}

void Machine::write(std::uint64_t address, std::uint32_t bytes, std::int32_t value) {
  for (std::uint32_t i = 0; i < bytes; ++i) {
    memory.at(address - memory_base + i) = static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> 8 * i);
  }
}

void execute(Machine& machine, Kind kind, std::uint64_t rs1, std::uint64_t rs2) {
  const auto keep = [&](std::uint64_t(&registers)[2]) {
    registers[0] = rs1;
    registers[1] = rs2;
  };
  switch (kind) {
    case Kind::config_ex:
      return config_ex(machine, rs1, rs2);
    case Kind::config_ld:
      return config_ld(machine, rs1, rs2);
    case Kind::config_st:
      return config_st(machine, rs1, rs2);
    case Kind::config_norm:
      return config_norm(machine, rs1, rs2);
    case Kind::mvin:
      return load(machine, 0, rs1, operand(rs2));
    case Kind::mvin2:
      return load(machine, 1, rs1, operand(rs2));
    case Kind::mvin3:
      return load(machine, 2, rs1, operand(rs2));
    case Kind::mvout:
      return store(machine, rs1, operand(rs2));
    case Kind::preload:
      return preload(machine, operand(rs1), operand(rs2));
    case Kind::compute_preloaded:
      return compute(machine, true, operand(rs1), operand(rs2));
    case Kind::compute_accumulated:
      return compute(machine, false, operand(rs1), operand(rs2));
    case Kind::loop_ws_bounds:
      return keep(machine.loops.bounds);
    case Kind::loop_ws_addrs_ab:
      return keep(machine.loops.addresses_ab);
    case Kind::loop_ws_addrs_dc:
      return keep(machine.loops.addresses_dc);
    case Kind::loop_ws_strides_ab:
      return keep(machine.loops.strides_ab);
    case Kind::loop_ws_strides_dc:
      return keep(machine.loops.strides_dc);
    case Kind::loop_ws:
      return loop_ws(machine, rs1, rs2);
    case Kind::conv_config_1:
      return keep(machine.loops.conv[0]);
    case Kind::conv_config_2:
      return keep(machine.loops.conv[1]);
    case Kind::conv_config_3:
      return keep(machine.loops.conv[2]);
    case Kind::conv_config_4:
      return keep(machine.loops.conv[3]);
    case Kind::conv_config_5:
      return keep(machine.loops.conv[4]);
    case Kind::conv_config_6:
      return keep(machine.loops.conv[5]);
    case Kind::loop_conv_ws:
      return loop_conv_ws(machine, rs1, rs2);
    case Kind::flush:  // these change nothing that a program can see in a memory
    case Kind::counter:
    case Kind::fence:
      return;
  }
}

}  // namespace exogene::gemmini::scalar

#pragma once

#include <cstdint>

namespace exogene::gemmini {

/// Every command of the instruction set. The order is that of the table in isa.cpp.
enum class Kind : std::uint8_t {
  config_ex,
  config_ld,
  config_st,
  config_norm,
  mvin,
  mvin2,
  mvin3,
  mvout,
  preload,
  compute_preloaded,
  compute_accumulated,
  flush,
  loop_ws_bounds,
  loop_ws_addrs_ab,
  loop_ws_addrs_dc,
  loop_ws_strides_ab,
  loop_ws_strides_dc,
  loop_ws,
  conv_config_1,
  conv_config_2,
  conv_config_3,
  conv_config_4,
  conv_config_5,
  conv_config_6,
  loop_conv_ws,
  counter,
  fence,
};
inline constexpr std::size_t kinds = static_cast<std::size_t>(Kind::fence) + 1;

/// One line of the instruction table.
struct Instruction {
  Kind kind;
  std::uint8_t funct;  ///< funct7 of the custom-3 instruction
  std::int8_t config;  ///< rs1[1:0], which tells the four configurations apart; -1: not looked at
  bool modelled;       ///< false: a program that uses it is turned away
  const char* name;
  const char* rs1;  ///< operand fields, highest bit first
  const char* rs2;
};

/// The instruction that `funct` and `rs1` select, or null where the hardware traps.
const Instruction* find_instruction(unsigned funct, std::uint64_t rs1);
const Instruction& instruction(Kind kind);

/// rs2 of a transfer and both operands of PRELOAD and COMPUTE: [31:0] address, [47:32] columns, [63:48] rows.
struct Local {
  std::uint32_t word = 0xffffffffU;
  std::uint32_t cols = 0;
  std::uint32_t rows = 0;

  bool none() const { return word == 0xffffffffU; }
  bool accumulator() const { return (word >> 31 & 1) != 0; }
  bool accumulate() const { return (word >> 30 & 1) != 0; }
  bool full_width() const { return (word >> 29 & 1) != 0; }
  std::uint32_t norm_command() const { return word >> 26 & 7; }
  std::uint32_t write_row() const { return word & 0x1fffffffU; }  ///< destination of a load or a compute
  std::uint32_t store_row() const { return word & 0x03ffffffU; }  ///< source of a store
};
Local decode_local(std::uint64_t operand);

enum class Activation : std::uint8_t { none = 0, relu = 1, layernorm = 2, igelu = 3 };

struct ConfigEx {
  bool weight_stationary, only_strides, transpose_a, transpose_b;
  std::uint32_t activation, a_stride, c_stride;  ///< strides in rows
  std::uint32_t shift;
};
ConfigEx decode_config_ex(std::uint64_t rs1, std::uint64_t rs2);

struct ConfigLd {
  std::uint32_t channel, pixel_repeats, block_stride;  ///< block stride in rows
  bool shrunk;
  float scale;
  std::uint64_t stride;  ///< bytes from row to row in memory
};
ConfigLd decode_config_ld(std::uint64_t rs1, std::uint64_t rs2);

struct ConfigSt {
  Activation activation;
  std::uint32_t pool_stride, stride;  ///< stride: bytes from row to row in memory
  float scale;
};
ConfigSt decode_config_st(std::uint64_t rs1, std::uint64_t rs2);

}  // namespace exogene::gemmini

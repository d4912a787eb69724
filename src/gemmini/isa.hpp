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
  const char* name;
  const char* rs1;  ///< operand fields, highest bit first
  const char* rs2;
};

/// The instruction that `funct` and `rs1` select, or null where the hardware traps.
const Instruction* find_instruction(unsigned funct, std::uint64_t rs1);
const Instruction& instruction(Kind kind);

/// The bits [high:low] of an operand.
inline std::uint32_t bits(std::uint64_t word, unsigned high, unsigned low) {
  return static_cast<std::uint32_t>(word >> low & ((std::uint64_t{1} << (high - low + 1)) - 1));
}

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
inline Local decode_local(std::uint64_t operand) {
  return {bits(operand, 31, 0), bits(operand, 47, 32), bits(operand, 63, 48)};
}
inline std::uint64_t encode(const Local& local) {
  return std::uint64_t{local.rows} << 48 | std::uint64_t{local.cols} << 32 | local.word;
}

// Parts of Local::word.
inline constexpr std::uint32_t accumulator_bit = 0x80000000U, accumulate_bit = 0x40000000U,
                               full_width_bit = 0x20000000U;

enum class Activation : std::uint8_t { none = 0, relu = 1, layernorm = 2, igelu = 3, softmax = 4 };

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

/// Maxima over windows of a tile of `rows` x `cols` results, taken while it is stored.
struct Pooling {
  std::uint32_t stride = 0;  ///< 0: no pooling
  std::uint32_t size = 0, upper_pad = 0, left_pad = 0;
  std::uint32_t out_dim = 0;  ///< columns of the whole pooled output in memory
  std::uint32_t out_rows = 0, out_cols = 0, rows = 0, cols = 0;
};

struct ConfigSt {
  Activation activation;
  Pooling pooling;
  std::uint32_t stride;  ///< bytes from row to row in memory
  float scale;
};
ConfigSt decode_config_st(std::uint64_t rs1, std::uint64_t rs2);
std::uint64_t encode_config_st(const ConfigSt& config);  ///< rs1

/// Constants of the integer polynomials and the set of statistics that the following stores use.
struct ConfigNorm {
  std::uint32_t id;
  bool only_id, softmax, inverse;  ///< inverse: q is 1/ln 2, else ln 2, in fixed point
  std::int32_t q, qb, qc;
};
ConfigNorm decode_config_norm(std::uint64_t rs1, std::uint64_t rs2);

struct CounterRequest {
  bool reset, release, take, set, external;
  std::uint32_t index, event;
};
CounterRequest decode_counter(std::uint64_t rs1);

}  // namespace exogene::gemmini

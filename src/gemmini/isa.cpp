#include "gemmini/isa.hpp"

#include <array>
#include <bit>

namespace exogene::gemmini {
namespace {

constexpr const char* local = "rows[63:48] cols[47:32] address[31:0]";

constexpr std::array<Instruction, kinds> table{{
    // kind                    funct config modelled name                 rs1, rs2
    {Kind::config_ex, 0, 0, true, "CONFIG_EX",
     "scale[63:32] A stride[31:16] B^T[9] A^T[8] only strides[7] activation[4:3] WS[2]", "C stride[63:48] shift[31:0]"},
    {Kind::config_ld, 0, 1, true, "CONFIG_LD",
     "scale[63:32] block stride[31:16] pixel repeats[15:8] channel[4:3] shrunk[2]", "stride[63:0]"},
    {Kind::config_st, 0, 2, true, "CONFIG_ST",
     "pooling[63:24] padding[11:8] pool size[7:6] pool stride[5:4] activation[3:2]", "scale[63:32] stride[31:0]"},
    {Kind::config_norm, 0, 3, false, "CONFIG_NORM", "q const[63:32] type[18] only id[17] act msb[16] id[15:8]",
     "qc[63:32] qb[31:0]"},
    {Kind::mvin, 2, -1, true, "MVIN", "memory address, 0 = zeros", local},
    {Kind::mvin2, 1, -1, true, "MVIN2", "memory address, 0 = zeros", local},
    {Kind::mvin3, 14, -1, true, "MVIN3", "memory address, 0 = zeros", local},
    {Kind::mvout, 3, -1, true, "MVOUT", "memory address", local},
    {Kind::preload, 6, -1, true, "PRELOAD", "B (WS) or D (OS): rows cols address", "C: rows cols address"},
    {Kind::compute_preloaded, 4, -1, true, "COMPUTE_PRELOADED", "A: rows cols address",
     "D (WS) or B (OS): rows cols address"},
    {Kind::compute_accumulated, 5, -1, true, "COMPUTE_ACCUMULATED", "A: rows cols address",
     "D (WS) or B (OS): rows cols address"},
    {Kind::flush, 7, -1, true, "FLUSH", "skip[0]", "-"},
    {Kind::loop_ws_bounds, 9, -1, false, "LOOP_WS_BOUNDS", "pad K[47:32] J[31:16] I[15:0]",
     "K[47:32] J[31:16] I[15:0]"},
    {Kind::loop_ws_addrs_ab, 10, -1, false, "LOOP_WS_ADDRS_AB", "A", "B"},
    {Kind::loop_ws_addrs_dc, 11, -1, false, "LOOP_WS_ADDRS_DC", "D", "C"},
    {Kind::loop_ws_strides_ab, 12, -1, false, "LOOP_WS_STRIDES_AB", "A stride in elements", "B stride"},
    {Kind::loop_ws_strides_dc, 13, -1, false, "LOOP_WS_STRIDES_DC", "D stride in elements", "C stride"},
    {Kind::loop_ws, 8, -1, false, "LOOP_WS", "A id[19:18] B id[17:16] act[10:8] low D[2] full C[1] accumulate[0]",
     "resadd[2] B^T[1] A^T[0]"},
    {Kind::conv_config_1, 16, -1, false, "CONV_CONFIG_1", "out ch, in ch, in rows, batch", "padding, stride, out dims"},
    {Kind::conv_config_2, 17, -1, false, "CONV_CONFIG_2", "kernel, pooling", "batches, pooled rows, cols, channels"},
    {Kind::conv_config_3, 18, -1, false, "CONV_CONFIG_3", "kernel rows, cols, channels, left pad", "pads, in cols"},
    {Kind::conv_config_4, 19, -1, false, "CONV_CONFIG_4", "out rows, pads, dilation", "strides, out cols"},
    {Kind::conv_config_5, 20, -1, false, "CONV_CONFIG_5", "weights", "output"},
    {Kind::conv_config_6, 21, -1, false, "CONV_CONFIG_6", "bias", "input"},
    {Kind::loop_conv_ws, 15, -1, false, "LOOP_CONV_WS", "flags", "flags"},
    {Kind::counter, 126, -1, false, "COUNTER",
     "external[31] event[17:12] index[6:4] set[3] take[2] release[1] reset[0]", "-"},
    {Kind::fence, 127, -1, true, "FENCE", "-", "-"},
}};

constexpr std::uint8_t no_instruction = 0xff;

// Table index by funct; the configurations share funct 0 and are told apart by rs1[1:0].
constexpr std::array<std::uint8_t, 128> by_funct = [] {
  std::array<std::uint8_t, 128> index{};
  index.fill(no_instruction);
  for (std::size_t i = table.size(); i-- > 0;) index[table[i].funct] = static_cast<std::uint8_t>(i);
  return index;
}();

std::uint32_t bits(std::uint64_t word, unsigned high, unsigned low) {
  return static_cast<std::uint32_t>(word >> low & ((std::uint64_t{1} << (high - low + 1)) - 1));
}

}  // namespace

const Instruction* find_instruction(unsigned funct, std::uint64_t rs1) {
  if (funct >= by_funct.size() || by_funct[funct] == no_instruction) return nullptr;
  if (funct == 0) return &table[rs1 & 3];
  return &table[by_funct[funct]];
}

const Instruction& instruction(Kind kind) {
  return table[static_cast<std::size_t>(kind)];
}

Local decode_local(std::uint64_t operand) {
  return {bits(operand, 31, 0), bits(operand, 47, 32), bits(operand, 63, 48)};
}

ConfigEx decode_config_ex(std::uint64_t rs1, std::uint64_t rs2) {
  return {.weight_stationary = bits(rs1, 2, 2) != 0,
          .only_strides = bits(rs1, 7, 7) != 0,
          .transpose_a = bits(rs1, 8, 8) != 0,
          .transpose_b = bits(rs1, 9, 9) != 0,
          .activation = bits(rs1, 4, 3),
          .a_stride = bits(rs1, 31, 16),
          .c_stride = bits(rs2, 63, 48),
          .shift = bits(rs2, 31, 0)};
}

ConfigLd decode_config_ld(std::uint64_t rs1, std::uint64_t rs2) {
  return {.channel = bits(rs1, 4, 3),
          .pixel_repeats = bits(rs1, 15, 8),
          .block_stride = bits(rs1, 31, 16),
          .shrunk = bits(rs1, 2, 2) != 0,
          .scale = std::bit_cast<float>(bits(rs1, 63, 32)),
          .stride = rs2};
}

ConfigSt decode_config_st(std::uint64_t rs1, std::uint64_t rs2) {
  return {.activation = static_cast<Activation>(bits(rs1, 3, 2)),
          .pool_stride = bits(rs1, 5, 4),
          .stride = bits(rs2, 31, 0),
          .scale = std::bit_cast<float>(bits(rs2, 63, 32))};
}

}  // namespace exogene::gemmini

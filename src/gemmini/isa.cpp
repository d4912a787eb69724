#include "gemmini/isa.hpp"

#include <array>
#include <bit>

namespace exogene::gemmini {
namespace {

constexpr const char* local = "rows[63:48] cols[47:32] address[31:0]";

constexpr std::array<Instruction, kinds> table{{
    // kind       funct config name, rs1, rs2
    {Kind::config_ex, 0, 0, "CONFIG_EX",
     "scale[63:32] A stride[31:16] B^T[9] A^T[8] only strides[7] activation[4:3] WS[2]", "C stride[63:48] shift[31:0]"},
    {Kind::config_ld, 0, 1, "CONFIG_LD", "scale[63:32] block stride[31:16] pixel repeats[15:8] channel[4:3] shrunk[2]",
     "stride[63:0]"},
    {Kind::config_st, 0, 2, "CONFIG_ST",
     "cols[63:56] rows[55:48] pooled cols[47:40] rows[39:32] pooled dim[31:24] left pad[11:10] upper pad[9:8] "
     "pool size[7:6] pool stride[5:4] activation[3:2]",
     "scale[63:32] stride[31:0]"},
    {Kind::config_norm, 0, 3, "CONFIG_NORM", "q const[63:32] type[18] only id[17] act msb[16] id[15:8]",
     "qc[63:32] qb[31:0]"},
    {Kind::mvin, 2, -1, "MVIN", "memory address, 0 = zeros", local},
    {Kind::mvin2, 1, -1, "MVIN2", "memory address, 0 = zeros", local},
    {Kind::mvin3, 14, -1, "MVIN3", "memory address, 0 = zeros", local},
    {Kind::mvout, 3, -1, "MVOUT", "memory address", local},
    {Kind::preload, 6, -1, "PRELOAD", "B (WS) or D (OS): rows cols address", "C: rows cols address"},
    {Kind::compute_preloaded, 4, -1, "COMPUTE_PRELOADED", "A: rows cols address",
     "D (WS) or B (OS): rows cols address"},
    {Kind::compute_accumulated, 5, -1, "COMPUTE_ACCUMULATED", "A: rows cols address",
     "D (WS) or B (OS): rows cols address"},
    {Kind::flush, 7, -1, "FLUSH", "skip[0]", "-"},
    {Kind::loop_ws_bounds, 9, -1, "LOOP_WS_BOUNDS", "pad K[47:32] J[31:16] I[15:0]", "K[47:32] J[31:16] I[15:0]"},
    {Kind::loop_ws_addrs_ab, 10, -1, "LOOP_WS_ADDRS_AB", "A", "B"},
    {Kind::loop_ws_addrs_dc, 11, -1, "LOOP_WS_ADDRS_DC", "D", "C"},
    {Kind::loop_ws_strides_ab, 12, -1, "LOOP_WS_STRIDES_AB", "A stride in elements", "B stride"},
    {Kind::loop_ws_strides_dc, 13, -1, "LOOP_WS_STRIDES_DC", "D stride in elements", "C stride"},
    {Kind::loop_ws, 8, -1, "LOOP_WS", "A id[19:18] B id[17:16] act[10:8] low D[2] full C[1] accumulate[0]",
     "resadd[2] B^T[1] A^T[0]"},
    {Kind::conv_config_1, 16, -1, "CONV_CONFIG_1", "out ch[63:48] in ch[47:32] in rows[31:16] batch[15:0]",
     "padding[63:56] stride[55:48] out cols[47:32] pooled out rows[31:16] out rows[15:0]"},
    {Kind::conv_config_2, 17, -1, "CONV_CONFIG_2",
     "kernel[63:48] pooled out cols[47:32] pool size[31:16] pool stride[15:8] pool padding[7:0]",
     "batches[63:48] pooled rows[47:32] cols[31:16] out channels[15:0]"},
    {Kind::conv_config_3, 18, -1, "CONV_CONFIG_3", "kernel rows[63:48] cols[47:32] channels[31:16] left pad[15:0]",
     "right pad[63:48] upper pad[47:32] lower pad[31:24] pool left pad[23:16] in cols[15:0]"},
    {Kind::conv_config_4, 19, -1, "CONV_CONFIG_4",
     "rows[63:48] pool right pad[47:32] pool upper pad[28:21] pool lower pad[17:10] kernel dilation[7:0]",
     "in stride[63:48] weight stride[47:32] out stride[31:16] cols[15:0]"},
    {Kind::conv_config_5, 20, -1, "CONV_CONFIG_5", "weights", "output"},
    {Kind::conv_config_6, 21, -1, "CONV_CONFIG_6", "bias", "input"},
    {Kind::loop_conv_ws, 15, -1, "LOOP_CONV_WS",
     "A id[19:18] B id[17:16] pixels a row[15:8] depthwise[6] in 3120[5] weights 0132[4] weights 1203[3] out 1203[2] "
     "rotate weights[1] no bias[0]",
     "activation[4:3] input dilated[2] downsample[1] no pooling[0]"},
    {Kind::counter, 126, -1, "COUNTER", "external[31] event[17:12] index[6:4] set[3] take[2] release[1] reset[0]", "-"},
    {Kind::fence, 127, -1, "FENCE", "-", "-"},
}};

constexpr std::uint8_t no_instruction = 0xff;

// Table index by funct; the configurations share funct 0 and are told apart by rs1[1:0].
constexpr std::array<std::uint8_t, 128> by_funct = [] {
  std::array<std::uint8_t, 128> index{};
  index.fill(no_instruction);
  for (std::size_t i = table.size(); i-- > 0;) index[table[i].funct] = static_cast<std::uint8_t>(i);
  return index;
}();

}  // namespace

const Instruction* find_instruction(unsigned funct, std::uint64_t rs1) {
  if (funct >= by_funct.size() || by_funct[funct] == no_instruction) return nullptr;
  if (funct == 0) return &table[rs1 & 3];
  return &table[by_funct[funct]];
}

const Instruction& instruction(Kind kind) {
  return table[static_cast<std::size_t>(kind)];
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
          .pooling = {.stride = bits(rs1, 5, 4),
                      .size = bits(rs1, 7, 6),
                      .upper_pad = bits(rs1, 9, 8),
                      .left_pad = bits(rs1, 11, 10),
                      .out_dim = bits(rs1, 31, 24),
                      .out_rows = bits(rs1, 39, 32),
                      .out_cols = bits(rs1, 47, 40),
                      .rows = bits(rs1, 55, 48),
                      .cols = bits(rs1, 63, 56)},
          .stride = bits(rs2, 31, 0),
          .scale = std::bit_cast<float>(bits(rs2, 63, 32))};
}

std::uint64_t encode_config_st(const ConfigSt& config) {
  const auto& [stride, size, upper_pad, left_pad, out_dim, out_rows, out_cols, rows, cols] = config.pooling;
  const std::uint64_t low = 2U | static_cast<std::uint32_t>(config.activation) << 2 | stride << 4 | size << 6 |
                            upper_pad << 8 | left_pad << 10 | out_dim << 24;
  const std::uint64_t high = out_rows | out_cols << 8 | rows << 16 | cols << 24;
  return high << 32 | low;
}

ConfigNorm decode_config_norm(std::uint64_t rs1, std::uint64_t rs2) {
  return {.id = bits(rs1, 15, 8),
          .only_id = bits(rs1, 17, 17) != 0,
          .softmax = bits(rs1, 16, 16) != 0,
          .inverse = bits(rs1, 18, 18) != 0,
          .q = static_cast<std::int32_t>(bits(rs1, 63, 32)),
          .qb = static_cast<std::int32_t>(bits(rs2, 31, 0)),
          .qc = static_cast<std::int32_t>(bits(rs2, 63, 32))};
}

CounterRequest decode_counter(std::uint64_t rs1) {
  return {.reset = bits(rs1, 0, 0) != 0,
          .release = bits(rs1, 1, 1) != 0,
          .take = bits(rs1, 2, 2) != 0,
          .set = bits(rs1, 3, 3) != 0,
          .external = bits(rs1, 31, 31) != 0,
          .index = bits(rs1, 6, 4),
          .event = bits(rs1, 17, 12)};
}

}  // namespace exogene::gemmini

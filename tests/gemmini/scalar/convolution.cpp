// The operands of LOOP_CONV_WS.

#include "convolution.hpp"

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

void set_registers(Convolution& conv, const Machine& machine) {
  const auto& [c1, c2, c3, c4, c5, c6] = machine.loops.conv;
  conv.batch_size = field(c1[0], 15, 0);
  conv.in_row_dim = field(c1[0], 31, 16);
  conv.in_ch = field(c1[0], 47, 32);
  conv.out_ch = field(c1[0], 63, 48);
  conv.out_row_dim = field(c1[1], 15, 0);
  conv.pool_out_row_dim = field(c1[1], 31, 16);
  conv.out_col_dim = field(c1[1], 47, 32);
  conv.stride = field(c1[1], 55, 48);

  conv.pool_stride = field(c2[0], 15, 8);
  conv.pool_size = field(c2[0], 31, 16);
  conv.pool_out_col_dim = field(c2[0], 47, 32);
  conv.kernel_dim = field(c2[0], 63, 48);
  conv.ochs = field(c2[1], 15, 0);
  conv.pocols = field(c2[1], 31, 16);
  conv.porows = field(c2[1], 47, 32);
  conv.batches = field(c2[1], 63, 48);

  conv.lpad = field(c3[0], 15, 0);
  conv.kchs = field(c3[0], 31, 16);
  conv.kcols = field(c3[0], 47, 32);
  conv.krows = field(c3[0], 63, 48);
  conv.in_col_dim = field(c3[1], 15, 0);
  conv.plpad = field(c3[1], 23, 16);
  conv.dpad = field(c3[1], 31, 24);
  conv.upad = field(c3[1], 47, 32);
  conv.rpad = field(c3[1], 63, 48);

  conv.kernel_dilation = machine.has(Fault::conv_kernel_not_dilated) ? 1 : field(c4[0], 7, 0);
  conv.pupad = field(c4[0], 28, 21);
  conv.orows = field(c4[0], 63, 48);
  conv.ocols = field(c4[1], 15, 0);
  conv.out_stride = field(c4[1], 31, 16);
  conv.weight_stride = field(c4[1], 47, 32);
  conv.in_stride = field(c4[1], 63, 48);

  conv.weights = c5[0];
  conv.output = c5[1];
  conv.bias = c6[0];
  conv.input = c6[1];
}

void set_flags(Convolution& conv, const Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const auto flag = [](std::uint64_t word, unsigned bit) { return field(word, bit, bit) != 0; };
  conv.no_bias = flag(rs1, 0) && !machine.has(Fault::conv_bias_always);
  conv.wrot180 = flag(rs1, 1) && !machine.has(Fault::conv_not_rotated);
  conv.trans_out_1203 = flag(rs1, 2);
  conv.trans_weight_1203 = flag(rs1, 3);
  conv.trans_weight_0132 = flag(rs1, 4);
  conv.trans_in_3120 = flag(rs1, 5);
  conv.depthwise = flag(rs1, 6);
  conv.max_pixels = field(rs1, 15, 8) == 0 ? 1 : field(rs1, 15, 8);
  conv.no_pool = flag(rs2, 0);
  conv.downsample = flag(rs2, 1);
  conv.dilated = flag(rs2, 2);
  conv.activation = field(rs2, 4, 3) != 0 ? 1 : 0;
}

/// Pixels along one side: inside the pads, and with them.
void set_side(const Convolution& conv, std::uint32_t out, std::uint32_t kernel, std::uint32_t before,
              std::uint32_t after, std::int32_t& inner, std::int32_t& whole) {
  const std::uint32_t dilated_kernel = kernel + (conv.kernel_dilation - 1) * (kernel - 1);
  whole = static_cast<std::int32_t>(out * conv.stride + dilated_kernel - 1);
  inner = whole - static_cast<std::int32_t>(before + after);
  if (!conv.dilated) return;
  inner = (inner + 1) / 2;
  whole = inner + conv.undilated(before) + conv.undilated(after);
}

}  // namespace

Convolution decode_convolution(const Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  Convolution conv{};
  set_registers(conv, machine);
  set_flags(conv, machine, rs1, rs2);
  set_side(conv, conv.orows, conv.krows, conv.upad, conv.dpad, conv.inner_rows, conv.rows);
  set_side(conv, conv.ocols, conv.kcols, conv.lpad, conv.rpad, conv.inner_cols, conv.cols);
  conv.image = static_cast<std::uint32_t>((conv.rows >> conv.shift()) * (conv.cols >> conv.shift()));
  conv.pixels = conv.batches * conv.orows * conv.ocols;

  const auto blocks = [&](std::uint32_t channels) { return (channels + machine.dim - 1) / machine.dim; };
  const std::uint32_t taps = conv.krows * conv.kcols;
  const std::uint32_t weight_rows =
      conv.trans_weight_0132 ? blocks(conv.kchs) * taps * conv.ochs : blocks(conv.ochs) * taps * conv.kchs;
  const std::uint32_t half = machine.scratchpad_rows / 2;
  conv.a = field(rs1, 19, 18) == 2 ? half : 0;
  conv.b = (field(rs1, 17, 16) == 2 ? 2 * half : half) - weight_rows;
  conv.d_row = machine.conv_bias_up ? machine.accumulator_rows / 2 : 0;
  conv.c_row = machine.conv_result_up ? machine.accumulator_rows / 2 : 0;
  return conv;
}

}  // namespace exogene::gemmini::scalar

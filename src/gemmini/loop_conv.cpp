#include "gemmini/loop_conv.hpp"

#include <algorithm>
#include <initializer_list>

namespace exogene::gemmini {
namespace {

/// Saturates far above what any memory holds.
std::uint64_t product(std::initializer_list<std::uint64_t> factors) {
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  std::uint64_t result = 1;
  for (const std::uint64_t factor : factors) result = factor != 0 && result > most / factor ? most : result * factor;
  return result;
}

std::uint32_t blocks(std::uint32_t size, std::uint32_t dim) {
  return (size + dim - 1) / dim;
}

ConvSide input_side(const LoopConv& loop, std::uint32_t out, std::uint32_t kernel, std::uint32_t before,
                    std::uint32_t after) {
  const std::uint32_t dilated_kernel = kernel + (loop.kernel_dilation - 1) * (kernel - 1);
  const auto whole = static_cast<std::int32_t>(out * loop.stride + dilated_kernel - 1);
  const auto pad_before = static_cast<std::int32_t>(before), pad_after = static_cast<std::int32_t>(after);
  const std::int32_t inside = whole - pad_before - pad_after;
  if (!loop.input_dilated) return {pad_before, inside, whole};
  const std::int32_t half = (inside + 1) / 2;
  return {undilated(loop, pad_before), half, half + undilated(loop, pad_before) + undilated(loop, pad_after)};
}

}  // namespace

std::int32_t undilated(const LoopConv& loop, std::int32_t pixels) {
  return loop.input_dilated ? (pixels + 1) >> 1 : pixels;
}

ConvSide input_rows_side(const LoopConv& loop) {
  return input_side(loop, loop.rows, loop.kernel_rows, loop.upper_pad, loop.lower_pad);
}

ConvSide input_cols_side(const LoopConv& loop) {
  return input_side(loop, loop.cols, loop.kernel_cols, loop.left_pad, loop.right_pad);
}

std::uint64_t input_rows(const LoopConv& loop, const Accelerator& accelerator) {
  const auto held = [&](const ConvSide& side) { return static_cast<std::uint64_t>(side.whole) >> loop.downsample; };
  const auto [outers, inners] =
      loop.transpose_in_3120 ? std::pair(loop.in_channels, loop.batches) : std::pair(loop.batches, loop.in_channels);
  return product({blocks(inners, accelerator.dim), outers, held(input_rows_side(loop)), held(input_cols_side(loop))});
}

std::uint64_t weight_rows(const LoopConv& loop, const Accelerator& accelerator) {
  const std::uint32_t rows = loop.transpose_weights_0132 ? loop.out_channels : loop.in_channels;
  const std::uint32_t cols = loop.transpose_weights_0132 ? loop.in_channels : loop.out_channels;
  return product({blocks(cols, accelerator.dim), loop.kernel_rows, loop.kernel_cols, rows});
}

void set(LoopConv& loop, Kind kind, std::uint64_t rs1, std::uint64_t rs2) {
  const auto flag = [](std::uint64_t word, unsigned bit) { return bits(word, bit, bit) != 0; };
  switch (kind) {
    case Kind::conv_config_1:
      loop.batch_size = bits(rs1, 15, 0), loop.in_rows = bits(rs1, 31, 16);
      loop.all_in_channels = bits(rs1, 47, 32), loop.all_out_channels = bits(rs1, 63, 48);
      loop.all_out_rows = bits(rs2, 15, 0), loop.pooled_all_rows = bits(rs2, 31, 16);
      loop.all_out_cols = bits(rs2, 47, 32), loop.stride = bits(rs2, 55, 48);
      break;
    case Kind::conv_config_2:
      loop.pool_stride = bits(rs1, 15, 8), loop.pool_size = bits(rs1, 31, 16);
      loop.pooled_all_cols = bits(rs1, 47, 32), loop.kernel = bits(rs1, 63, 48);
      loop.out_channels = bits(rs2, 15, 0), loop.pooled_cols = bits(rs2, 31, 16);
      loop.pooled_rows = bits(rs2, 47, 32), loop.batches = bits(rs2, 63, 48);
      break;
    case Kind::conv_config_3:
      loop.left_pad = bits(rs1, 15, 0), loop.in_channels = bits(rs1, 31, 16);
      loop.kernel_cols = bits(rs1, 47, 32), loop.kernel_rows = bits(rs1, 63, 48);
      loop.in_cols = bits(rs2, 15, 0), loop.pool_left_pad = bits(rs2, 23, 16);
      loop.lower_pad = bits(rs2, 31, 24), loop.upper_pad = bits(rs2, 47, 32), loop.right_pad = bits(rs2, 63, 48);
      break;
    case Kind::conv_config_4:
      loop.kernel_dilation = bits(rs1, 7, 0), loop.pool_upper_pad = bits(rs1, 28, 21), loop.rows = bits(rs1, 63, 48);
      loop.cols = bits(rs2, 15, 0), loop.out_stride = bits(rs2, 31, 16);
      loop.weight_stride = bits(rs2, 47, 32), loop.in_stride = bits(rs2, 63, 48);
      break;
    case Kind::conv_config_5:
      loop.weights = rs1, loop.output = rs2;
      break;
    case Kind::conv_config_6:
      loop.bias = rs1, loop.input = rs2;
      break;
    default:  // LOOP_CONV_WS
      loop.no_bias = flag(rs1, 0), loop.rotate_weights = flag(rs1, 1), loop.transpose_out_1203 = flag(rs1, 2);
      loop.transpose_weights_1203 = flag(rs1, 3), loop.transpose_weights_0132 = flag(rs1, 4);
      loop.transpose_in_3120 = flag(rs1, 5), loop.depthwise = flag(rs1, 6);
      loop.pixels_per_row = std::max(bits(rs1, 15, 8), 1U);
      loop.b_half = bits(rs1, 17, 16), loop.a_half = bits(rs1, 19, 18);
      loop.no_pooling = flag(rs2, 0), loop.downsample = flag(rs2, 1), loop.input_dilated = flag(rs2, 2);
      loop.relu = bits(rs2, 4, 3) != 0;
  }
}

}  // namespace exogene::gemmini

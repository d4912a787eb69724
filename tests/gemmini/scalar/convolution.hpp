#pragma once

#include "machine.hpp"

namespace exogene::gemmini::scalar {

/// Operands of LOOP_CONV_WS under the names of the instruction set, and what follows from them.
struct Convolution {
  std::uint32_t batch_size, in_row_dim, in_col_dim, in_ch, out_ch, out_row_dim, out_col_dim;
  std::uint32_t pool_out_row_dim, pool_out_col_dim, stride, kernel_dim, kernel_dilation;
  std::uint32_t in_stride, weight_stride, out_stride;
  std::uint32_t batches, orows, ocols, ochs, krows, kcols, kchs;  ///< of the tile
  std::uint32_t lpad, rpad, upad, dpad, plpad, pupad, pool_size, pool_stride, porows, pocols;
  std::uint64_t weights, output, bias, input;
  bool no_bias, wrot180, trans_out_1203, trans_weight_1203, trans_weight_0132, trans_in_3120, depthwise;
  bool no_pool, downsample, dilated;
  std::uint32_t max_pixels, activation;

  /// Pixels of the input inside its pads, and rows and columns of all of it in the scratchpad's order.
  std::int32_t inner_rows, inner_cols, rows, cols;
  std::uint32_t image;               ///< scratchpad rows of one image
  std::uint32_t pixels;              ///< of the output tile
  std::uint32_t a, b, d_row, c_row;  ///< where the operands begin

  std::int32_t undilated(std::uint32_t x) const { return static_cast<std::int32_t>(dilated ? (x + 1) / 2 : x); }
  std::uint32_t shift() const { return downsample ? 1 : 0; }
};

Convolution decode_convolution(const Machine& machine, std::uint64_t rs1, std::uint64_t rs2);

}  // namespace exogene::gemmini::scalar

#pragma once

#include "gemmini/accelerator.hpp"
#include "gemmini/hardware_loops.hpp"

namespace exogene::gemmini {

/// Registers of the convolution loop, which computes one tile of the output: `batches` images, `rows` x `cols` pixels,
/// `out_channels` channels, from kernel_rows x kernel_cols x in_channels weights. Pads, sizes and channels of the tile
/// stand beside those of the whole arrays. Strides are in elements. Address 0: no such operand.
struct LoopConv {
  // The whole arrays.
  std::uint32_t batch_size = 0, in_rows = 0, in_cols = 0, all_in_channels = 0, all_out_channels = 0;
  std::uint32_t all_out_rows = 0, all_out_cols = 0, pooled_all_rows = 0, pooled_all_cols = 0;
  std::uint32_t kernel = 0, stride = 0, kernel_dilation = 1;
  std::uint32_t in_stride = 0, weight_stride = 0, out_stride = 0;
  // The tile.
  std::uint32_t batches = 0, rows = 0, cols = 0, out_channels = 0, in_channels = 0;
  std::uint32_t kernel_rows = 0, kernel_cols = 0;
  std::uint32_t upper_pad = 0, lower_pad = 0, left_pad = 0, right_pad = 0;
  std::uint32_t pool_size = 0, pool_stride = 0, pool_upper_pad = 0, pool_left_pad = 0, pooled_rows = 0, pooled_cols = 0;
  std::uint64_t weights = 0, output = 0, bias = 0, input = 0;
  // LOOP_CONV_WS. Digits name the order of dimensions in memory against the usual one.
  bool no_bias = false, rotate_weights = false, transpose_out_1203 = false, transpose_weights_1203 = false;
  bool transpose_weights_0132 = false, transpose_in_3120 = false, depthwise = false;
  bool no_pooling = false, downsample = false, input_dilated = false, relu = false;
  std::uint32_t pixels_per_row = 1;
  std::uint32_t a_half = 0, b_half = 0;  ///< of the scratchpad: 0 and 1 lower, 2 upper
};

/// Stores the operands of a configuration command or of LOOP_CONV_WS.
void set(LoopConv& loop, Kind kind, std::uint64_t rs1, std::uint64_t rs2);

/// Where a loop keeps its data, in rows.
struct LoopConvPlaces {
  std::uint32_t a, b, bias, result;
};

/// Pixels of the input tile along one side: the pad before it, those in memory, and all with both pads. Of a dilated
/// input, which has zeros between its pixels, only the pixels are counted.
struct ConvSide {
  std::int32_t before, inside, whole;
};
ConvSide input_rows_side(const LoopConv& loop);
ConvSide input_cols_side(const LoopConv& loop);
std::int32_t undilated(const LoopConv& loop, std::int32_t pixels);

/// Scratchpad rows of the input, if the pads fit into it, and of the weights.
std::uint64_t input_rows(const LoopConv& loop, const Accelerator& accelerator);
std::uint64_t weight_rows(const LoopConv& loop, const Accelerator& accelerator);

/// Sends the commands that the loop stands for; `scale` is that of the stores. False: a command failed.
bool expand(const LoopConv& loop, const Accelerator& accelerator, const LoopConvPlaces& places, float scale,
            const Send& send);

}  // namespace exogene::gemmini

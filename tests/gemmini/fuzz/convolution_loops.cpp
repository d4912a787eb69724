// LOOP_CONV_WS and what configures it: convolutions as programs send them, whole or some rows of them.

#include <algorithm>

#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

// Room for the operands in memory.
constexpr std::uint32_t input_bytes = 8000, weight_bytes = 16000, output_bytes = 24000;

/// Rows [first, first + count) of the output, with the input rows and pads that they need.
struct Rows {
  std::uint32_t first, count, first_in, upper, lower;
};

struct Shape {
  std::uint32_t batch = 1, in_rows = 4, in_cols = 4, in_channels = 1, out_channels = 1;
  std::uint32_t kernel = 1, stride = 1, padding = 0, dilation = 1, pixels = 1;
  std::uint32_t pool_size = 0, pool_stride = 1, pool_padding = 0;
  bool no_bias = false, rotate = false, out_1203 = false, weights_1203 = false, weights_0132 = false, in_3120 = false;
  bool depthwise = false, downsample = false, dilated = false, relu = false;
  std::uint32_t in_extra = 0, weight_extra = 0, out_extra = 0;  ///< channels in memory that the loop does not touch

  std::uint32_t spread(std::uint32_t size) const { return dilated ? 2 * size - 1 : size; }
  std::uint32_t wide_kernel() const { return kernel + (dilation - 1) * (kernel - 1); }
  std::uint32_t out(std::uint32_t size) const { return (spread(size) + 2 * padding - wide_kernel()) / stride + 1; }
  std::uint32_t pooled(std::uint32_t size) const { return (size + 2 * pool_padding - pool_size) / pool_stride + 1; }
  /// Padding behind an input of `inside` pixels and the padding before them that `count` output pixels reach.
  std::uint32_t behind(std::uint32_t count, std::uint32_t inside) const {
    const std::uint32_t whole = count * stride + wide_kernel() - 1;
    return whole > inside ? whole - inside : 0;
  }
};

/// Narrow variants on top of a plain convolution, each of which excludes others.
void draw_variant(Random& random, Shape& shape, std::uint32_t dim) {
  switch (random.below(8)) {
    case 0:
      shape.in_3120 = true;
      shape.stride = 1;
      shape.batch = random.from(1, dim + 3);
      shape.in_rows = shape.in_cols = random.from(3, 4);
      shape.in_channels = random.from(1, 4);
      shape.out_channels = std::min(shape.out_channels, dim);
      shape.weights_1203 = random.one_in(2);
      break;
    case 1:
      shape.pixels = random.from(2, 3);
      shape.in_channels = random.from(1, std::max(dim / shape.pixels, 1U));
      shape.kernel = 3;
      shape.dilation = 1;
      shape.padding = random.below(3);
      shape.rotate = false;
      break;
    case 2:
      shape.dilated = true;
      shape.stride = shape.dilation = 1;
      shape.in_rows = random.from(3, 4);
      shape.in_cols = random.from(3, 6);
      break;
    case 3:
      shape.downsample = true;
      shape.kernel = shape.dilation = 1;
      shape.padding = 0;
      shape.stride = 2;
      shape.in_rows = 2 * random.from(1, 3);
      shape.in_cols = 2 * random.from(1, 6);
      break;
    case 4:
      shape.depthwise = true;
      shape.in_channels = shape.out_channels = 1;
      shape.in_extra = shape.out_extra = random.below(5);
      break;
    case 5:
      shape.weights_1203 = true;
      shape.out_1203 = random.one_in(2);
      break;
    case 6:
      shape.weights_0132 = true;
      shape.out_1203 = random.one_in(2);
      break;
    default:
      shape.weight_extra = random.below(3);
      shape.in_extra = random.below(3);
      shape.out_extra = random.below(3);
  }
}

Shape draw_shape(Random& random, std::uint32_t dim) {
  const auto channels = [&] { return random.from(1, random.one_in(3) ? 5 * dim : dim); };  // also of several loads
  Shape shape{.batch = random.from(1, 2),
              .in_rows = random.from(3, 6),
              .in_cols = random.from(3, 9),
              .in_channels = channels(),
              .out_channels = channels()};
  shape.kernel = random.from(1, 3);
  shape.padding = random.below(shape.kernel);
  shape.stride = random.from(1, 2);
  shape.dilation = shape.kernel < 3 || shape.padding > 0 ? random.from(1, 2) : 1;
  shape.no_bias = random.one_in(4);
  shape.rotate = random.one_in(4);
  shape.relu = random.one_in(3);
  draw_variant(random, shape, dim);
  if (random.one_in(4) && !shape.out_1203) {
    shape.pool_size = random.from(1, 3);
    shape.pool_stride = random.from(1, 3);
    shape.pool_padding = random.below(shape.pool_size);
  }
  return shape;
}

bool fits(const Shape& shape, const State& state) {
  const std::uint32_t dim = state.accelerator.dim;
  const auto blocks = [dim](std::uint32_t n) { return (n + dim - 1) / dim; };
  const auto side = [&](std::uint32_t size) {
    const std::uint32_t inside = shape.spread(size) + shape.padding;
    return inside + shape.behind(shape.out(size), inside) + 1;
  };
  if (shape.wide_kernel() > std::min(shape.in_rows, shape.in_cols) + 2 * shape.padding) return false;
  const std::uint32_t image = side(shape.in_rows) * side(shape.in_cols);
  const std::uint32_t input =
      image * (shape.in_3120 ? blocks(shape.batch) * shape.in_channels : blocks(shape.in_channels) * shape.batch);
  const std::uint32_t weights =
      shape.kernel * shape.kernel *
      std::max(blocks(shape.in_channels) * shape.out_channels, blocks(shape.out_channels) * shape.in_channels);
  const std::uint32_t orows = shape.out(shape.in_rows), ocols = shape.out(shape.in_cols);
  const std::uint32_t result = shape.batch * orows * ocols * blocks(shape.out_channels);
  const std::uint32_t channels = shape.in_channels + shape.in_extra, outs = shape.out_channels + shape.out_extra;
  return input + weights <= state.accelerator.scratchpad_rows / 2 && 2 * result <= state.accelerator.accumulator_rows &&
         shape.batch * shape.in_rows * shape.in_cols * channels <= input_bytes &&
         shape.kernel * shape.kernel * shape.in_channels * (outs + shape.weight_extra) <= weight_bytes &&
         shape.batch * (orows + 2) * (ocols + 2) * outs <= output_bytes;  // pads of pooling add up to 2 pixels
}

/// All rows, or some of them as a program does that tiles.
Rows draw_rows(Random& random, const Shape& shape) {
  const std::uint32_t all = shape.out(shape.in_rows);
  Rows rows{.first = 0, .count = all, .first_in = 0, .upper = shape.padding, .lower = 0};
  if (random.one_in(2) && !shape.dilated) {
    rows.first = random.below(all);
    rows.count = random.from(1, all - rows.first);
    const std::uint32_t skipped = rows.first * shape.stride;
    rows.first_in = skipped < shape.padding ? 0 : skipped - shape.padding;
    rows.upper = skipped < shape.padding ? shape.padding - skipped : 0;
  }
  rows.lower = shape.behind(rows.count, shape.spread(shape.in_rows) - rows.first_in + rows.upper);
  return rows;
}

}  // namespace

Commands draw_loop_conv_ws(Random& random, const State& state) {
  Shape shape = draw_shape(random, state.accelerator.dim);
  for (int tries = 0; tries < 50 && !fits(shape, state); ++tries) shape = draw_shape(random, state.accelerator.dim);
  if (!fits(shape, state)) shape = {};
  const Rows rows = draw_rows(random, shape);
  const std::uint32_t ocols = shape.out(shape.in_cols);
  const std::uint32_t right = shape.behind(ocols, shape.spread(shape.in_cols) + shape.padding);
  const bool pools = shape.pool_size > 0 && shape.pool_size <= std::min(rows.count, ocols) + shape.pool_padding;
  const std::uint32_t porows = pools ? shape.pooled(rows.count) : 0, pocols = pools ? shape.pooled(ocols) : 0;
  const std::uint32_t in_stride = shape.in_channels + shape.in_extra;
  const std::uint32_t weight_stride = shape.out_channels + shape.weight_extra;
  const std::uint32_t out_stride = shape.out_channels + shape.out_extra;
  const std::uint32_t store_stride = shape.out_1203 ? shape.batch * shape.out_channels : out_stride;

  Commands commands{config_ex(random, {.weight_stationary = true,
                                       .only_strides = false,
                                       .transpose_a = shape.in_3120,
                                       .transpose_b = shape.weights_0132,
                                       .activation = 0,
                                       .a_stride = shape.stride >> (shape.downsample ? 1 : 0),
                                       .c_stride = shape.dilated ? 2U : 1U,
                                       .shift = 0})};
  commands.push_back(config_st({.activation = shape.relu ? Activation::relu : Activation::none,
                                .pooling = {},
                                .stride = store_stride,
                                .scale = draw_scale(random)}));
  const auto operand = [&](const Area& area, std::uint64_t bytes, std::uint32_t missing) {
    return random.one_in(missing) ? std::uint64_t{0} : draw_address(random, area, 1, bytes, 0);
  };
  const std::uint64_t weights = operand(sources, weight_bytes, 12), output = operand(targets, output_bytes, 12);
  const std::uint64_t bias = operand(sources, std::uint64_t{4} * shape.out_channels, 6);
  std::uint64_t input = operand(sources, input_bytes, 12);
  if (input != 0) input += std::uint64_t{rows.first_in} * shape.in_cols * (shape.in_3120 ? shape.batch : in_stride);
  commands.push_back({Kind::conv_config_1, pack(shape.batch, shape.in_rows, shape.in_channels, shape.out_channels),
                      pack(shape.out(shape.in_rows), porows, ocols, shape.padding << 8 | shape.stride)});
  commands.push_back({Kind::conv_config_2,
                      pack(shape.pool_stride << 8 | shape.pool_padding, shape.pool_size, pocols, shape.kernel),
                      pack(shape.out_channels, pocols, porows, shape.batch)});
  commands.push_back({Kind::conv_config_3, pack(shape.padding, shape.in_channels, shape.kernel, shape.kernel),
                      pack(shape.in_cols, rows.lower << 8 | shape.pool_padding, rows.upper, right)});
  commands.push_back({Kind::conv_config_4, std::uint64_t{rows.count} << 48 | shape.pool_padding << 21 | shape.dilation,
                      pack(ocols, out_stride, weight_stride, in_stride)});
  commands.push_back({Kind::conv_config_5, weights, output});
  commands.push_back({Kind::conv_config_6, bias, input});
  const std::uint32_t pixels = shape.pixels == 1 ? random.below(2) : shape.pixels;  // 0 is 1 too
  const std::uint32_t a_half = random.below(3), b_half = random.below(3);
  const std::uint64_t flags = std::uint64_t{shape.no_bias} | std::uint64_t{shape.rotate} << 1 |
                              std::uint64_t{shape.out_1203} << 2 | std::uint64_t{shape.weights_1203} << 3 |
                              std::uint64_t{shape.weights_0132} << 4 | std::uint64_t{shape.in_3120} << 5 |
                              std::uint64_t{shape.depthwise} << 6 | pixels << 8 | b_half << 16 | a_half << 18;
  commands.push_back({Kind::loop_conv_ws, flags,
                      std::uint64_t{!pools} | std::uint64_t{shape.downsample} << 1 | std::uint64_t{shape.dilated} << 2 |
                          std::uint64_t{shape.relu} << 3});
  return commands;
}

}  // namespace exogene::gemmini::fuzz

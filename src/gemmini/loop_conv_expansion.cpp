#include <algorithm>
#include <bit>

#include "gemmini/loop_conv.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::uint32_t widest = 4;  // blocks of one load

struct Expansion {
  const LoopConv& loop;
  std::uint32_t dim;
  LoopConvPlaces places;
  float scale;
  const Send& send;
  // Derived: pixels of the input in the scratchpad and of the output in the accumulator.
  ConvSide in_rows, in_cols;
  std::uint32_t held_cols, held_pixels, out_pixels, all_pixels;

  Expansion(const LoopConv& the_loop, std::uint32_t width, const LoopConvPlaces& the_places, float store_scale,
            const Send& sender)
      : loop(the_loop),
        dim(width),
        places(the_places),
        scale(store_scale),
        send(sender),
        in_rows(input_rows_side(the_loop)),
        in_cols(input_cols_side(the_loop)),
        held_cols(static_cast<std::uint32_t>(in_cols.whole) >> the_loop.downsample),
        held_pixels((static_cast<std::uint32_t>(in_rows.whole) >> the_loop.downsample) * held_cols),
        out_pixels(the_loop.rows * the_loop.cols),
        all_pixels(the_loop.batches * out_pixels) {}

  bool configure_load(std::uint32_t channel, std::uint32_t block_stride, std::uint64_t stride,
                      std::uint32_t pixels = 1) const {
    const std::uint64_t scale_one = std::uint64_t{std::bit_cast<std::uint32_t>(1.0F)} << 32;
    return send({Kind::config_ld, scale_one | block_stride << 16 | pixels << 8 | channel << 3 | 1, stride});
  }
  bool configure_store(const Pooling& pooling) const {
    const Activation activation = loop.relu ? Activation::relu : Activation::none;
    const ConfigSt config{.activation = activation, .pooling = pooling, .stride = loop.out_stride, .scale = scale};
    const std::uint64_t scale_bits = std::uint64_t{std::bit_cast<std::uint32_t>(scale)} << 32;
    return send({Kind::config_st, encode_config_st(config), scale_bits | loop.out_stride});
  }

  std::uint32_t out_row(std::uint32_t first, std::uint32_t b, std::uint32_t row, std::uint32_t col,
                        std::uint32_t channel) const {
    return first + channel / dim * all_pixels + b * out_pixels + row * loop.cols + col;
  }

  /// All pieces of the output that one transfer takes: up to dim pixels of a row, dim channels.
  template <class Piece>
  bool for_pieces(Piece piece) const {
    for (std::uint32_t b = 0; b < loop.batches; ++b) {
      for (std::uint32_t row = 0; row < loop.rows; ++row) {
        for (std::uint32_t col = 0; col < loop.cols; col += dim) {
          for (std::uint32_t channel = 0; channel < loop.out_channels; channel += dim) {
            if (!piece(b, row, col, channel, std::min(dim, loop.out_channels - channel),
                       std::min(dim, loop.cols - col)))
              return false;
          }
        }
      }
    }
    return true;
  }

  bool load_bias() const {
    if (!configure_load(2, all_pixels, 0)) return false;
    return for_pieces([&](auto b, auto row, auto col, auto channel, auto cols, auto rows) {
      const std::uint64_t from = loop.no_bias ? 0 : loop.bias + std::uint64_t{4} * channel;
      return send(
          transfer(Kind::mvin3, from, {accumulator_bit | out_row(places.bias, b, row, col, channel), cols, rows}));
    });
  }

  // Input in memory is [batch][row][col][channel], or with 3120 [channel][row][col][batch]. `outer` is what has rows of
  // its own in the scratchpad, `inner` lies along a row.
  std::uint32_t outers() const { return loop.transpose_in_3120 ? loop.in_channels : loop.batches; }
  std::uint32_t inners() const { return loop.transpose_in_3120 ? loop.batches : loop.in_channels; }
  std::uint32_t in_row(std::uint32_t outer, std::uint32_t inner) const {
    return places.a + (inner / dim * outers() + outer) * held_pixels;
  }

  bool load_input() const {
    const std::uint32_t pixel_stride = loop.transpose_in_3120 ? loop.batch_size : loop.in_stride;
    if (!configure_load(0, outers() * held_pixels, std::uint64_t{pixel_stride} << loop.downsample, loop.pixels_per_row))
      return false;
    const std::int32_t step = 1 << loop.downsample;
    for (std::uint32_t outer = 0; outer < outers(); ++outer) {
      for (std::int32_t row = -in_rows.before; row < in_rows.whole - in_rows.before; row += step) {
        if (!load_input_row(outer, row)) return false;
      }
    }
    return true;
  }

  /// One row of pixels: runs of pads, which are zeros, and of memory.
  bool load_input_row(std::uint32_t outer, std::int32_t row) const {
    const std::int32_t end = in_cols.whole - in_cols.before, tile = static_cast<std::int32_t>(dim);
    const bool row_inside = row >= 0 && row < in_rows.inside;
    for (std::int32_t col = -in_cols.before, run = 0; col < end; col += run) {
      const bool col_inside = col >= 0 && col < in_cols.inside;
      const std::int32_t run_end = col < 0 ? 0 : col_inside ? in_cols.inside : end;
      run = std::min(col_inside ? tile << loop.downsample : tile, run_end - col);
      for (std::uint32_t inner = 0; inner < inners(); inner += widest * dim) {
        const auto held_row = static_cast<std::uint32_t>(row + in_rows.before) >> loop.downsample;
        const auto held_col = static_cast<std::uint32_t>(col + in_cols.before) >> loop.downsample;
        const std::uint32_t to = in_row(outer, inner) + held_row * held_cols + held_col;
        const std::uint64_t from = row_inside && col_inside ? input_address(outer, row, col, inner) : 0;
        const auto pixels = static_cast<std::uint32_t>(run) >> loop.downsample;
        if (!send(transfer(Kind::mvin, from, {to, std::min(widest * dim, inners() - inner), pixels}))) return false;
      }
    }
    return true;
  }

  std::uint64_t input_address(std::uint32_t outer, std::int32_t row, std::int32_t col, std::uint32_t inner) const {
    const std::uint32_t pixel_stride = loop.transpose_in_3120 ? loop.batch_size : loop.in_stride;
    const std::uint64_t image = std::uint64_t{loop.in_rows} * loop.in_cols;
    const std::uint64_t pixel =
        outer * image + static_cast<std::uint64_t>(row) * loop.in_cols + static_cast<std::uint64_t>(col);
    return loop.input + pixel * pixel_stride + inner;
  }

  /// Scratchpad row of the weights. Usually they are [out block][kernel row][kernel col][in] rows of out channels, with
  /// 0132 [in block][kernel row][kernel col][out] rows of in channels.
  std::uint32_t weight_row(std::uint32_t kernel_row, std::uint32_t kernel_col, std::uint32_t in,
                           std::uint32_t out) const {
    const bool transposed = loop.transpose_weights_0132;
    const std::uint32_t block = (transposed ? in : out) / dim;
    const std::uint32_t rows = transposed ? loop.out_channels : loop.in_channels;
    return places.b + ((block * loop.kernel_rows + kernel_row) * loop.kernel_cols + kernel_col) * rows +
           (transposed ? out : in);
  }

  std::uint64_t weight_stride() const {
    if (loop.depthwise) return 1;
    if (loop.transpose_weights_1203) return std::uint64_t{loop.kernel} * loop.kernel * loop.all_out_channels;
    return loop.transpose_weights_0132 ? loop.all_in_channels : loop.weight_stride;
  }

  std::uint64_t weight_address(std::uint32_t kernel_row, std::uint32_t kernel_col, std::uint32_t in,
                               std::uint32_t out) const {
    const std::uint64_t tap = std::uint64_t{kernel_row} * loop.kernel + kernel_col;
    if (loop.depthwise) return loop.weights + tap;
    if (loop.transpose_weights_1203) {
      return loop.weights + (std::uint64_t{in} * loop.kernel * loop.kernel + tap) * loop.all_out_channels + out;
    }
    if (loop.transpose_weights_0132) {
      return loop.weights + (tap * loop.all_out_channels + out) * loop.all_in_channels + in;
    }
    return loop.weights + (tap * loop.all_in_channels + in) * loop.weight_stride + out;
  }

  bool load_weights() const {
    const bool transposed = loop.transpose_weights_0132;
    const std::uint32_t row_channels = transposed ? loop.out_channels : loop.in_channels;
    const std::uint32_t col_channels = transposed ? loop.in_channels : loop.out_channels;
    if (!configure_load(1, loop.kernel_rows * loop.kernel_cols * row_channels, weight_stride())) return false;
    for (std::uint32_t col = 0; col < col_channels; col += widest * dim) {
      for (std::uint32_t kernel_row = 0; kernel_row < loop.kernel_rows; ++kernel_row) {
        for (std::uint32_t kernel_col = 0; kernel_col < loop.kernel_cols; ++kernel_col) {
          for (std::uint32_t row = 0; row < row_channels; row += dim) {
            const std::uint32_t in = transposed ? col : row, out = transposed ? row : col;
            const Local to{weight_row(kernel_row, kernel_col, in, out), std::min(widest * dim, col_channels - col),
                           std::min(dim, row_channels - row)};
            if (!send(transfer(Kind::mvin2, weight_address(kernel_row, kernel_col, in, out), to))) return false;
          }
        }
      }
    }
    return true;
  }

  /// Odd positions of a dilated input are zeros.
  bool hits_zeros(std::uint32_t tap, std::uint32_t out, std::uint32_t pad) const {
    return loop.input_dilated && (tap * loop.kernel_dilation + out - pad) % 2 != 0;
  }
  std::uint32_t held(std::uint32_t out, std::uint32_t tap) const {
    const auto pixel = static_cast<std::int32_t>(out * loop.stride + tap * loop.kernel_dilation);
    return static_cast<std::uint32_t>(undilated(loop, pixel)) >> loop.downsample;
  }

  /// One block of weights with all pixels that it meets.
  bool multiply_tap(std::uint32_t out, std::uint32_t kernel_row, std::uint32_t kernel_col, std::uint32_t in) const {
    const std::uint32_t pixels = std::min(loop.pixels_per_row, loop.kernel_cols - kernel_col);
    const std::uint32_t inner = pixels * std::min(dim, loop.in_channels - in);
    const std::uint32_t cols = std::min(dim, loop.out_channels - out);
    const std::uint32_t from_row = loop.rotate_weights ? loop.kernel_rows - kernel_row - 1 : kernel_row;
    const std::uint32_t from_col = loop.rotate_weights ? loop.kernel_cols - kernel_col - 1 : kernel_col;
    const bool batches_in_row = loop.transpose_in_3120;
    const std::uint32_t run = dim << loop.input_dilated;
    bool fresh = true;
    for (std::uint32_t b = 0; b < loop.batches; b += batches_in_row ? dim : 1) {
      for (std::uint32_t row = 0; row < loop.rows; ++row) {
        if (hits_zeros(kernel_row, row, loop.upper_pad)) continue;
        for (std::uint32_t col = 0; col < loop.cols;) {
          if (hits_zeros(kernel_col, col, loop.left_pad)) {
            ++col;
            continue;
          }
          const auto left = static_cast<std::int32_t>(std::min(run, loop.cols - col));
          const std::uint32_t rows =
              batches_in_row ? std::min(dim, loop.batches - b) : static_cast<std::uint32_t>(undilated(loop, left));
          const std::uint32_t a = (batches_in_row ? in_row(in, b) : in_row(b, in)) + held(row, kernel_row) * held_cols +
                                  held(col, kernel_col);
          const std::uint32_t to = accumulator_bit | accumulate_bit | out_row(places.result, b, row, col, out);
          const std::uint32_t weights = fresh ? weight_row(from_row, from_col, in, out) : no_operand;
          const Kind compute = fresh ? Kind::compute_preloaded : Kind::compute_accumulated;
          if (!send(array_command(Kind::preload, {weights, cols, inner}, {to, cols, rows})) ||
              !send(array_command(compute, {a, inner, rows}, {no_operand, dim, dim}))) {
            return false;
          }
          fresh = false;
          col += batches_in_row ? 1 : run;
        }
      }
    }
    return true;
  }

  bool multiply() const {
    if (loop.transpose_in_3120) {
      const auto a_stride = static_cast<std::uint32_t>(in_rows.whole * in_cols.whole);
      const std::uint64_t only_strides = 1U << 7;
      if (!send({Kind::config_ex, a_stride << 16 | only_strides, std::uint64_t{out_pixels} << 48})) return false;
    }
    for (std::uint32_t out = 0; out < loop.out_channels; out += dim) {
      for (std::uint32_t kernel_row = 0; kernel_row < loop.kernel_rows; ++kernel_row) {
        for (std::uint32_t kernel_col = 0; kernel_col < loop.kernel_cols; kernel_col += loop.pixels_per_row) {
          for (std::uint32_t in = 0; in < loop.in_channels; in += dim) {
            if (!multiply_tap(out, kernel_row, kernel_col, in)) return false;
          }
        }
      }
    }
    return true;
  }

  bool store() const {
    return for_pieces([&](auto b, auto row, auto col, auto channel, auto cols, auto rows) {
      const std::uint64_t pixel = loop.transpose_out_1203
                                      ? (std::uint64_t{row} * loop.all_out_cols + col) * loop.batch_size + b
                                      : (std::uint64_t{b} * loop.all_out_rows + row) * loop.all_out_cols + col;
      const std::uint32_t stride = loop.transpose_out_1203 ? loop.all_out_channels : loop.out_stride;
      return send(transfer(Kind::mvout, loop.output + pixel * stride + channel,
                           {accumulator_bit | out_row(places.result, b, row, col, channel), cols, rows}));
    });
  }

  bool store_pooled() const {
    const Pooling pooling{.stride = loop.pool_stride,
                          .size = loop.pool_size,
                          .upper_pad = loop.pool_upper_pad,
                          .left_pad = loop.pool_left_pad,
                          .out_dim = loop.pooled_all_cols,
                          .out_rows = loop.pooled_rows,
                          .out_cols = loop.pooled_cols,
                          .rows = loop.rows,
                          .cols = loop.cols};
    if (!configure_store(pooling)) return false;
    for (std::uint32_t b = 0; b < loop.batches; ++b) {
      for (std::uint32_t channel = 0; channel < loop.out_channels; channel += dim) {
        const std::uint64_t image = std::uint64_t{b} * loop.pooled_all_rows * loop.pooled_all_cols;
        const Local from{accumulator_bit | out_row(places.result, b, 0, 0, channel),
                         std::min(dim, loop.out_channels - channel), dim};
        if (!send(transfer(Kind::mvout, loop.output + image * loop.out_stride + channel, from))) return false;
      }
    }
    return configure_store({});
  }
};

}  // namespace

bool expand(const LoopConv& loop, const Accelerator& accelerator, const LoopConvPlaces& places, float scale,
            const Send& send) {
  const Expansion expansion(loop, accelerator.dim, places, scale, send);
  return (loop.bias == 0 || expansion.load_bias()) && (loop.input == 0 || expansion.load_input()) &&
         (loop.weights == 0 || expansion.load_weights()) && expansion.multiply() &&
         (loop.output == 0 || (loop.no_pooling ? expansion.store() : expansion.store_pooled()));
}

}  // namespace exogene::gemmini

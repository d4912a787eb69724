// The convolution loop against plain loops over the same memory, with every flag.

#include "gemmini/loop_conv.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t input = ByteMemory::base, weights = input + 0x4000, bias = input + 0x8000,
                        output = input + 0x9000;
constexpr float scale = 0.01F;

struct Conv {
  std::uint32_t batch = 1, in_rows = 6, in_cols = 6, in_channels = 3, out_channels = 5;
  std::uint32_t kernel = 3, stride = 1, padding = 0, dilation = 1, pixels = 1;
  std::uint32_t pool_size = 0, pool_stride = 0, pool_padding = 0;
  bool no_bias = false, rotate = false, out_1203 = false, weights_1203 = false, weights_0132 = false, in_3120 = false;
  bool depthwise = false, downsample = false, dilated = false, relu = false;
  std::uint32_t channel_stride = 0;  ///< channels of a pixel in memory; more than the loop's if depthwise

  std::uint32_t spread(std::uint32_t pixels_in) const { return dilated ? 2 * pixels_in - 1 : pixels_in; }
  std::uint32_t dilated_kernel() const { return kernel + (dilation - 1) * (kernel - 1); }
  std::uint32_t out(std::uint32_t in) const { return (spread(in) + 2 * padding - dilated_kernel()) / stride + 1; }
  std::uint32_t out_rows() const { return out(in_rows); }
  std::uint32_t out_cols() const { return out(in_cols); }
  std::uint32_t pooled(std::uint32_t size) const { return (size + 2 * pool_padding - pool_size) / pool_stride + 1; }
  std::uint32_t in_stride() const { return channel_stride != 0 ? channel_stride : in_channels; }
  std::uint32_t out_stride() const { return channel_stride != 0 ? channel_stride : out_channels; }
};

std::uint64_t pack(std::uint64_t w0, std::uint64_t w1, std::uint64_t w2, std::uint64_t w3) {
  return w3 << 48 | w2 << 32 | w1 << 16 | w0;
}

/// Output rows [first, first + rows) of the convolution, as one loop.
Step send_loop(Rig& rig, const Conv& conv, std::uint32_t first, std::uint32_t rows) {
  const auto after = [&](std::uint32_t out, std::uint32_t before, std::uint32_t in) {
    const std::uint32_t whole = out * conv.stride + conv.dilated_kernel() - 1;
    return whole - before > in ? whole - before - in : 0;
  };
  const std::uint32_t skipped = first * conv.stride;  // rows of padding and input before this tile
  const std::uint32_t upper = skipped < conv.padding ? conv.padding - skipped : 0;
  const std::uint32_t first_in = skipped < conv.padding ? 0 : skipped - conv.padding;
  const std::uint32_t lower = after(rows, upper, conv.spread(conv.in_rows) - first_in);
  const std::uint32_t right = after(conv.out_cols(), conv.padding, conv.spread(conv.in_cols));
  const std::uint32_t pooled_rows = conv.pool_size > 0 ? conv.pooled(conv.out_rows()) : 0;
  const std::uint32_t pooled_cols = conv.pool_size > 0 ? conv.pooled(conv.out_cols()) : 0;
  const std::uint64_t out_start = first * conv.out_cols() * (conv.out_1203 ? conv.batch : 1) * conv.out_stride();
  const std::uint64_t in_start = first_in * conv.in_cols * (conv.in_3120 ? conv.batch : conv.in_stride());

  done(rig.model.execute(16, pack(conv.batch, conv.in_rows, conv.in_channels, conv.out_channels),
                         pack(conv.out_rows(), pooled_rows, conv.out_cols(), conv.padding << 8 | conv.stride)));
  done(rig.model.execute(17, pack(conv.pool_stride << 8 | conv.pool_padding, conv.pool_size, pooled_cols, conv.kernel),
                         pack(conv.out_channels, pooled_cols, pooled_rows, conv.batch)));
  done(rig.model.execute(18, pack(conv.padding, conv.in_channels, conv.kernel, conv.kernel),
                         pack(conv.in_cols, lower << 8 | conv.pool_padding, upper, right)));
  done(rig.model.execute(19, std::uint64_t{rows} << 48 | conv.pool_padding << 21 | conv.dilation,
                         pack(conv.out_cols(), conv.out_stride(), conv.out_channels, conv.in_stride())));
  done(rig.model.execute(20, weights, output + out_start));
  done(rig.model.execute(21, bias, input + in_start));
  const std::uint64_t flags = std::uint64_t{conv.no_bias} | std::uint64_t{conv.rotate} << 1 |
                              std::uint64_t{conv.out_1203} << 2 | std::uint64_t{conv.weights_1203} << 3 |
                              std::uint64_t{conv.weights_0132} << 4 | std::uint64_t{conv.in_3120} << 5 |
                              std::uint64_t{conv.depthwise} << 6 | conv.pixels << 8;
  return rig.model.execute(15, flags,
                           std::uint64_t{conv.pool_size == 0} | std::uint64_t{conv.downsample} << 1 |
                               std::uint64_t{conv.dilated} << 2 | std::uint64_t{conv.relu} << 3);
}

int input_at(Rig& rig, const Conv& conv, std::uint32_t b, std::int64_t row, std::int64_t col, std::uint32_t channel) {
  if (conv.dilated) {
    if (row % 2 != 0 || col % 2 != 0) return 0;
    row /= 2;
    col /= 2;
  }
  if (row < 0 || col < 0 || row >= conv.in_rows || col >= conv.in_cols) return 0;
  const auto pixel = static_cast<std::uint64_t>(row * conv.in_cols + col);
  const std::uint64_t image = std::uint64_t{conv.in_rows} * conv.in_cols;
  return conv.in_3120 ? rig.byte(input + (channel * image + pixel) * conv.batch + b)
                      : rig.byte(input + (b * image + pixel) * conv.in_stride() + channel);
}

int weight_at(Rig& rig, const Conv& conv, std::uint32_t row, std::uint32_t col, std::uint32_t in, std::uint32_t out) {
  if (conv.rotate) row = conv.kernel - 1 - row, col = conv.kernel - 1 - col;
  const std::uint32_t tap = row * conv.kernel + col;
  if (conv.weights_1203) return rig.byte(weights + (in * conv.kernel * conv.kernel + tap) * conv.out_channels + out);
  if (conv.weights_0132) return rig.byte(weights + (tap * conv.out_channels + out) * conv.in_channels + in);
  return rig.byte(weights + (tap * conv.in_channels + in) * conv.out_channels + out);
}

int right_result(Rig& rig, const Conv& conv, std::uint32_t b, std::uint32_t row, std::uint32_t col, std::uint32_t out) {
  std::int32_t sum = conv.no_bias ? 0 : rig.word(bias + std::uint64_t{4} * out);
  for (std::uint32_t r = 0; r < conv.kernel; ++r) {
    for (std::uint32_t c = 0; c < conv.kernel; ++c) {
      const std::int64_t in_row = std::int64_t{row * conv.stride + r * conv.dilation} - conv.padding;
      const std::int64_t in_col = std::int64_t{col * conv.stride + c * conv.dilation} - conv.padding;
      for (std::uint32_t in = 0; in < conv.in_channels; ++in) {
        sum += input_at(rig, conv, b, in_row, in_col, in) * weight_at(rig, conv, r, c, in, out);
      }
    }
  }
  const float scaled = std::clamp(std::nearbyint(static_cast<float>(sum) * scale), -128.0F, 127.0F);
  return static_cast<int>(conv.relu ? std::max(scaled, 0.0F) : scaled);
}

int right_maximum(Rig& rig, const Conv& conv, std::uint32_t b, std::uint32_t row, std::uint32_t col,
                  std::uint32_t out) {
  int most = -128;
  for (std::uint32_t r = 0; r < conv.pool_size; ++r) {
    for (std::uint32_t c = 0; c < conv.pool_size; ++c) {
      const std::uint32_t from_row = row * conv.pool_stride + r - conv.pool_padding;
      const std::uint32_t from_col = col * conv.pool_stride + c - conv.pool_padding;
      const bool inside = from_row < conv.out_rows() && from_col < conv.out_cols();
      most = std::max(most, inside ? right_result(rig, conv, b, from_row, from_col, out) : 0);
    }
  }
  return most;
}

void configure(Rig& rig, const Conv& conv) {
  done(rig.config_ex({.transpose_a = conv.in_3120,
                      .transpose_b = conv.weights_0132,
                      .a_stride = conv.stride >> (conv.downsample ? 1 : 0),
                      .c_stride = conv.dilated ? 2U : 1U}));
  const std::uint32_t stride = conv.out_1203 ? conv.batch * conv.out_channels : conv.out_stride();
  done(rig.config_st(stride, conv.relu ? 1 : 0, scale));
}

/// In one tile, or where the rows are not pooled in two.
void check(const Conv& conv, std::uint32_t seed, bool split = false) {
  CAPTURE(conv.batch);
  CAPTURE(conv.in_rows);
  CAPTURE(conv.in_cols);
  CAPTURE(conv.in_channels);
  CAPTURE(conv.out_channels);
  CAPTURE(conv.kernel);
  CAPTURE(conv.stride);
  CAPTURE(conv.padding);
  CAPTURE(conv.dilation);
  CAPTURE(split);
  Rig rig;
  rig.fill(input, 0x8000, seed);
  for (std::uint32_t i = 0; i < conv.out_channels; ++i) rig.set_word(bias + 4 * i, static_cast<int>(i * 977) - 4000);
  configure(rig, conv);
  const std::uint32_t upper = split ? conv.out_rows() / 2 : 0;
  if (upper > 0) done(send_loop(rig, conv, 0, upper));
  done(send_loop(rig, conv, upper, conv.out_rows() - upper));

  const bool pools = conv.pool_size > 0;
  const std::uint32_t rows = pools ? conv.pooled(conv.out_rows()) : conv.out_rows();
  const std::uint32_t cols = pools ? conv.pooled(conv.out_cols()) : conv.out_cols();
  for (std::uint32_t b = 0; b < conv.batch; ++b) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (std::uint32_t col = 0; col < cols; ++col) {
        for (std::uint32_t channel = 0; channel < conv.out_channels; ++channel) {
          const std::uint64_t pixel =
              conv.out_1203 ? (row * cols + col) * conv.batch + b : (b * rows + row) * cols + col;
          const int expected =
              pools ? right_maximum(rig, conv, b, row, col, channel) : right_result(rig, conv, b, row, col, channel);
          REQUIRE(rig.byte(output + pixel * conv.out_stride() + channel) == expected);
        }
      }
    }
  }
}

/// A convolution of random sizes that fits in the test's memory and in half the accelerator's.
Conv random_conv(std::mt19937& random) {
  const auto from = [&](std::uint32_t least, std::uint32_t most) {
    return least + static_cast<std::uint32_t>(random()) % (most - least + 1);
  };
  Conv conv{.batch = from(1, 2), .in_rows = from(5, 9), .in_cols = from(5, 20)};
  conv.in_channels = random() % 3 == 0 ? from(17, 40) : from(1, 16);
  conv.out_channels = random() % 3 == 0 ? from(17, 20) : from(1, 16);
  conv.kernel = from(1, 3);
  conv.padding = from(0, conv.kernel - 1);
  conv.stride = from(1, 2);
  conv.dilation = from(1, 2);
  conv.no_bias = random() % 4 == 0;
  conv.relu = random() % 4 == 0;
  conv.rotate = random() % 4 == 0;
  return conv;
}

}  // namespace

TEST_CASE("convolutions of all shapes, whole and in two tiles") {
  std::mt19937 random(11);
  for (std::uint32_t round = 0; round < 60; ++round) check(random_conv(random), round, round % 2 == 0);
}

TEST_CASE("convolutions with memory in other orders") {
  std::mt19937 random(12);
  for (std::uint32_t round = 0; round < 60; ++round) {
    Conv conv = random_conv(random);
    conv.out_1203 = random() % 2 == 0;
    conv.weights_1203 = round % 3 == 0;
    conv.weights_0132 = round % 3 == 1;
    check(conv, round, random() % 2 == 0);
  }
}

TEST_CASE("convolutions with the batch along a row") {
  std::mt19937 random(13);
  for (std::uint32_t round = 0; round < 20; ++round) {
    Conv conv = random_conv(random);
    conv.in_3120 = true;
    conv.stride = 1;
    conv.batch = 1 + static_cast<std::uint32_t>(random()) % 20;
    conv.in_rows = 5;
    conv.in_cols = 5 + round % 2;
    conv.in_channels = std::min(conv.in_channels, 20U);
    conv.out_1203 = random() % 2 == 0;
    conv.weights_1203 = random() % 2 == 0;
    check(conv, round);
  }
}

TEST_CASE("convolutions with several pixels in a row") {
  std::mt19937 random(14);
  for (std::uint32_t round = 0; round < 30; ++round) {
    Conv conv = random_conv(random);
    conv.rotate = false;
    conv.dilation = 1;
    conv.kernel = 3;
    conv.in_channels = 1 + static_cast<std::uint32_t>(random()) % 5;
    conv.pixels = 1 + static_cast<std::uint32_t>(random()) % 3;
    check(conv, round, random() % 2 == 0);
  }
}

TEST_CASE("convolutions of an input spread with zeros") {
  std::mt19937 random(15);
  for (std::uint32_t round = 0; round < 40; ++round) {
    Conv conv = random_conv(random);
    conv.batch = 1;
    conv.in_rows = 5;
    conv.in_cols = 5 + round % 6;
    conv.stride = 1;
    conv.dilation = 1;
    conv.dilated = true;
    check(conv, round);
  }
}

TEST_CASE("convolutions of every second pixel") {
  for (std::uint32_t round = 0; round < 10; ++round) {
    check({.batch = 2,
           .in_rows = 4 + 2 * (round % 3),
           .in_cols = 4 + 4 * round,
           .in_channels = 1 + 5 * round % 20,
           .out_channels = 3,
           .kernel = 1,
           .stride = 2,
           .downsample = true},
          round);
  }
}

TEST_CASE("one channel of a depthwise convolution") {
  Conv conv{.in_channels = 1, .out_channels = 1, .padding = 1, .depthwise = true, .channel_stride = 7};
  for (std::uint32_t round = 0; round < 5; ++round) check(conv, round, round % 2 == 0);
}

TEST_CASE("convolutions with pooled results, and stores as before behind them") {
  std::mt19937 random(16);
  for (std::uint32_t round = 0; round < 40; ++round) {
    Conv conv = random_conv(random);
    conv.stride = 1;
    conv.dilation = 1;
    conv.pool_size = 1 + static_cast<std::uint32_t>(random()) % 3;
    conv.pool_stride = 1 + static_cast<std::uint32_t>(random()) % 3;
    conv.pool_padding = static_cast<std::uint32_t>(random()) % conv.pool_size;
    check(conv, round);
  }
  Conv conv{.pool_size = 2, .pool_stride = 2};
  Rig rig;
  configure(rig, conv);
  done(send_loop(rig, conv, 0, conv.out_rows()));
  CHECK(rig.model.state().store.pooling.stride == 0);
}

TEST_CASE("convolution loops that make no sense are refused") {
  Rig rig;
  const Conv conv;
  refused(send_loop(rig, conv, 0, 4), "needs a CONFIG_EX with stationary weights");
  done(rig.config_ex());
  refused(send_loop(rig, conv, 0, 4), "needs a CONFIG_ST");
  configure(rig, conv);
  refused(send_loop(rig, conv, 0, 0), "the tile of the output is empty");
  refused(send_loop(rig, {.in_channels = 0}, 0, 4), "no channels");
  refused(send_loop(rig, {.in_rows = 1, .in_cols = 1, .kernel = 1, .padding = 9}, 0, 1), "pads are larger");
  refused(send_loop(rig, {.pool_size = 2, .pool_stride = 4}, 0, 4), "windows of 2 with stride 4: both must be from 1");
  refused(send_loop(rig, {.in_channels = 9, .pixels = 2}, 0, 4), "2 pixels of 9 channels are wider than a row = 16");
  refused(send_loop(rig, {.in_rows = 40, .in_cols = 40, .in_channels = 96}, 0, 38), "rows are more than 8192");
  refused(send_loop(rig, {.in_rows = 40, .in_cols = 40}, 0, 38), "run out of the accumulator");
}

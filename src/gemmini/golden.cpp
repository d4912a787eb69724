#include "gemmini/golden.hpp"

#include <algorithm>
#include <cmath>

namespace exogene::gemmini {
namespace {

// The same arithmetic as the accelerator's documented C interface: compare with float neighbours, ties to even.
std::int8_t to_int8(std::int32_t sum, float scale, Rounding rounding) {
  const float exact = static_cast<float>(sum) * scale;
  if (std::isnan(exact) || std::isinf(exact) || exact >= 0x1p63F || exact <= -129.0F) return -128;
  if (exact >= 128.0F) return 127;
  if (rounding == Rounding::nearest_even) {
    return static_cast<std::int8_t>(std::fmax(-128.0F, std::fmin(127.0F, std::rint(exact))));
  }
  const float whole = std::trunc(exact);
  const float outer = std::trunc(exact < 0.0F ? exact - 1.0F : exact + 1.0F);
  const float distance = std::fabs(exact - whole);
  float nearest = whole;
  if (distance > 0.5F || (distance == 0.5F && std::fmod(whole, 2.0F) != 0.0F)) nearest = outer;
  return static_cast<std::int8_t>(std::fmax(-128.0F, std::fmin(127.0F, nearest)));
}

std::int8_t requantised(std::uint32_t sum, float scale, bool relu, Rounding rounding) {
  const std::int8_t value = to_int8(static_cast<std::int32_t>(sum), scale, rounding);
  return relu && value < 0 ? std::int8_t{0} : value;
}

void start(std::vector<std::uint32_t>& sums, const std::vector<std::int32_t>& bias) {
  std::fill(sums.begin(), sums.end(), 0);
  std::transform(bias.begin(), bias.end(), sums.begin(), [](std::int32_t b) { return static_cast<std::uint32_t>(b); });
}

}  // namespace

std::vector<std::int8_t> golden(const Matmul& matmul, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b, const std::vector<std::int32_t>& bias,
                                Rounding rounding) {
  std::vector<std::int8_t> c(matmul.n * matmul.m);
  std::vector<std::uint32_t> sums(matmul.m);  // unsigned: sums wrap as the accelerator's do
  for (std::uint64_t i = 0; i < matmul.n; ++i) {
    start(sums, bias);
    for (std::uint64_t k = 0; k < matmul.k; ++k) {
      const std::int32_t left{a[i * matmul.k + k]};
      const std::int8_t* right = b.data() + k * matmul.m;
      for (std::uint64_t j = 0; j < matmul.m; ++j) sums[j] += static_cast<std::uint32_t>(left * right[j]);
    }
    for (std::uint64_t j = 0; j < matmul.m; ++j) {
      c[i * matmul.m + j] = requantised(sums[j], matmul.scale, matmul.relu, rounding);
    }
  }
  return c;
}

std::vector<std::int8_t> golden(const Conv& conv, const std::vector<std::int8_t>& x, const std::vector<std::int8_t>& w,
                                const std::vector<std::int32_t>& bias, Rounding rounding) {
  const std::uint64_t outs = conv.out_channels, ins = conv.in_channels;
  std::vector<std::int8_t> y;
  y.reserve(conv.batch * conv.out_rows() * conv.out_cols() * outs);
  std::vector<std::uint32_t> sums(outs);
  // Adds one tap of the window, where it lies inside the image.
  const auto add = [&](std::uint64_t image, std::uint64_t row, std::uint64_t col, std::uint64_t tap) {
    if (row < conv.padding || col < conv.padding) return;
    if (row - conv.padding >= conv.in_rows || col - conv.padding >= conv.in_cols) return;
    const std::uint64_t pixel = (image * conv.in_rows + row - conv.padding) * conv.in_cols + col - conv.padding;
    for (std::uint64_t in = 0; in < ins; ++in) {
      const std::int32_t left{x[pixel * ins + in]};
      const std::int8_t* right = w.data() + (tap * ins + in) * outs;
      for (std::uint64_t out = 0; out < outs; ++out) sums[out] += static_cast<std::uint32_t>(left * right[out]);
    }
  };
  for (std::uint64_t image = 0; image < conv.batch; ++image) {
    for (std::uint64_t row = 0; row < conv.out_rows(); ++row) {
      for (std::uint64_t col = 0; col < conv.out_cols(); ++col) {
        start(sums, bias);
        for (std::uint64_t tap = 0; tap < conv.kernel * conv.kernel; ++tap) {
          add(image, row * conv.stride + tap / conv.kernel, col * conv.stride + tap % conv.kernel, tap);
        }
        for (const std::uint32_t sum : sums) y.push_back(requantised(sum, conv.scale, conv.relu, rounding));
      }
    }
  }
  return y;
}

std::vector<std::int8_t> golden(const ResidualAdd& add, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b, Rounding rounding) {
  std::vector<std::int8_t> c;
  c.reserve(add.n * add.m);
  for (std::uint64_t i = 0; i < add.n * add.m; ++i) {
    const std::int32_t sum = to_int8(a[i], add.scale_a, rounding) + to_int8(b[i], add.scale_b, rounding);
    c.push_back(requantised(static_cast<std::uint32_t>(sum), add.scale, add.relu, rounding));
  }
  return c;
}

}  // namespace exogene::gemmini

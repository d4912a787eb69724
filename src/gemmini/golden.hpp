#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "gemmini/scaling.hpp"

namespace exogene::gemmini {

/// C[n][m] = to_int8(scale * (bias[m] + sum over k of A[n][k] * B[k][m])), negative results replaced by 0 if relu. bias
/// is int32, the other arrays int8, dense, row-major.
struct Matmul {
  std::uint64_t n = 0, k = 0, m = 0;
  bool bias = false;
  float scale = 1.0F;
  bool relu = false;
};

/// Y[batch][row][col][out] = to_int8(scale * (bias[out] + sum over the window of X * W)), negative results replaced by
/// 0 if relu. X is int8 [batch][in_rows][in_cols][in_channels], surrounded by `padding` zeros on every side; W is int8
/// [kernel * kernel * in_channels][out_channels]; bias is int32.
struct Conv {
  std::uint64_t batch = 1, in_rows = 0, in_cols = 0, in_channels = 0, out_channels = 0;
  std::uint64_t kernel = 1, stride = 1, padding = 0;
  bool bias = false;
  float scale = 1.0F;
  bool relu = false;

  std::uint64_t out_rows() const { return (in_rows + 2 * padding - kernel) / stride + 1; }
  std::uint64_t out_cols() const { return (in_cols + 2 * padding - kernel) / stride + 1; }
};

/// C[n][m] = to_int8(scale * (to_int8(scale_a * A[n][m]) + to_int8(scale_b * B[n][m]))), negative results replaced by 0
/// if relu. All arrays are int8, dense, row-major.
struct ResidualAdd {
  std::uint64_t n = 0, m = 0;
  float scale_a = 1.0F, scale_b = 1.0F, scale = 1.0F;
  bool relu = false;
};

/// A kernel of a user's own: any arrays, the last of which it sets. What another program makes of the others is right.
struct Own {
  struct Array {
    std::string name;
    std::uint64_t elements = 0;
    std::uint64_t element_bytes = 1;  ///< 1 (int8) or 4 (int32)
  };
  std::vector<Array> arrays;
  std::string reference;  ///< the program, an ELF file
};

using Kernel = std::variant<Matmul, Conv, ResidualAdd, Own>;

/// The right result, by plain loops that share nothing with the accelerator's model. Sums wrap. `bias` is empty if the
/// kernel has none.
std::vector<std::int8_t> golden(const Matmul& matmul, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b, const std::vector<std::int32_t>& bias,
                                Rounding rounding = Rounding::c_interface);
std::vector<std::int8_t> golden(const Conv& conv, const std::vector<std::int8_t>& x, const std::vector<std::int8_t>& w,
                                const std::vector<std::int32_t>& bias, Rounding rounding = Rounding::c_interface);

std::vector<std::int8_t> golden(const ResidualAdd& add, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b, Rounding rounding = Rounding::c_interface);

}  // namespace exogene::gemmini

#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "experiment/fields.hpp"

namespace exogene {

/// A naive proc with its sizes. int8 in and out, sums in int32.
/// matmul: C[N][M] = clamp(relu?(scale * (bias?[M] + A[N][K] * B[K][M]))).
/// conv2d, NHWC: Y = clamp(relu?(scale * (bias?[out_channels] + X * W))), X surrounded by `padding` zeros that nobody
/// stores, W [kernel][kernel][in_channels][out_channels].
/// residual_add: C[N][M] = clamp(relu?(scale * (clamp(scale_A * A[N][M]) + clamp(scale_B * B[N][M])))).
/// Any other: a proc that a user wrote, which is its own golden result.
struct Kernel {
  std::string name;                            ///< derived: family and sizes, e.g. matmul-128x64x32 for N x K x M,
                                               ///< conv2d-4x56x56x64-64x3x3-s1p1 for X, W, stride and padding
  std::string family;                          ///< name of the proc, as genomes give it, e.g. matmul
  std::map<std::string, std::int64_t> sizes;   ///< matmul: N, K, M; conv2d: batch, in_rows, in_cols, in_channels,
                                               ///< out_channels, kernel, stride, padding; residual_add: N, M;
                                               ///< a user's own: those of its proc
  std::string exo;                             ///< absolute path of the Python file of a user's own; else empty
  bool bias = false;                           ///< an int32 for each column, or channel, that its sums start from
  std::map<std::string, double> input_scales;  ///< residual_add: A, B; as `scale`
  double scale = 1;                            ///< above 0, within the range of a float32
  bool relu = false;                           ///< negative results become 0
  bool operator==(const Kernel&) const = default;
};

/// Reads the map of a kernel file. Throws InputError with its line, also for arrays above 2^28 bytes.
Kernel parse_kernel(const YAML::Node& node, const Origin& origin);

Kernel load_kernel(const std::filesystem::path& path);

/// Multiplications with accumulation, those with padding included; 0 when unknown, as of a user's own kernel.
double macs(const Kernel& kernel);

/// The kernel as YAML; `parse_kernel` gives the same kernel back.
std::string to_text(const Kernel& kernel);

}  // namespace exogene

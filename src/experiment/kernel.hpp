#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "experiment/accelerator.hpp"
#include "experiment/fields.hpp"

namespace exogene {

/// A naive proc with its sizes. Family matmul: C[N][M] = clamp(relu?(scale * (A[N][K] * B[K][M]))), int8 in and out.
struct Kernel {
  std::string name;                           ///< derived: family and sizes, e.g. matmul-128x64x32 for N x K x M
  std::string family;                         ///< name of the proc, as genomes give it, e.g. matmul
  std::map<std::string, std::int64_t> sizes;  ///< matmul: N, K, M
  double scale = 1;                           ///< above 0, within the range of a float32
  bool relu = false;                          ///< negative results become 0
  bool operator==(const Kernel&) const = default;
};

/// Reads the map of a kernel file. Throws InputError with its line, also for arrays above 2^28 bytes.
Kernel parse_kernel(const YAML::Node& node, const Origin& origin);

Kernel load_kernel(const std::filesystem::path& path);

/// The kernel as YAML; `parse_kernel` gives the same kernel back.
std::string to_text(const Kernel& kernel);

/// Throws InputError when a size is no multiple of the accelerator's dim. `node` and `origin` are those that the kernel
/// was parsed from.
void check_fits(const Kernel& kernel, const Accelerator& accelerator, const YAML::Node& node, const Origin& origin);

}  // namespace exogene

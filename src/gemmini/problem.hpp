#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

/// C[n][m] = to_int8(scale * sum over k of A[n][k] * B[k][m]), negative results replaced by 0 if relu. All arrays are
/// int8, dense, row-major.
struct Matmul {
  std::uint64_t n = 0, k = 0, m = 0;
  float scale = 1.0F;
  bool relu = false;
};

/// Inputs over the whole int8 range: byte i of array `array` depends on (seed, array, i) alone (Philox 4x32-10).
std::vector<std::int8_t> random_bytes(std::uint64_t seed, std::uint32_t array, std::uint64_t bytes);

/// The right result, by plain loops that share nothing with the accelerator's model.
std::vector<std::int8_t> golden(const Matmul& matmul, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b);

/// A kernel's arrays in guest memory, each from a page of its own on, and what they must hold in the end.
class Problem {
 public:
  Problem(const Matmul& matmul, std::uint64_t seed);

  /// Guest memory that program and arrays need.
  std::uint64_t memory_bytes() const { return end_ - memory_base; }
  /// Guest addresses of A, B and C, in the order of the kernel's parameters.
  const std::vector<std::uint64_t>& arguments() const { return arguments_; }
  /// Whether a guest address lies in one of the arrays.
  bool is_argument(std::uint64_t address) const;

  /// Writes the inputs, and into the output array and behind it bytes that are not the right result.
  void place(const GuestMemory& memory) const;
  /// What the kernel got wrong, or nothing: how many output elements differ and the first of them; inputs that it
  /// changed; bytes that it wrote behind its output.
  std::optional<std::string> mistake(const GuestMemory& memory) const;

 private:
  std::vector<std::int8_t> a_, b_, c_;
  std::vector<std::uint64_t> arguments_;
  std::uint64_t end_ = 0;
};

}  // namespace exogene::gemmini

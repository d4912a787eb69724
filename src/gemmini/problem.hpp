#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gemmini/golden.hpp"
#include "gemmini/guest_memory.hpp"

namespace exogene::gemmini {

/// Inputs over the whole int8 range: byte i of array `array` depends on (seed, array, i) alone (Philox 4x32-10).
std::vector<std::int8_t> random_bytes(std::uint64_t seed, std::uint32_t array, std::uint64_t bytes);

/// A kernel's arrays in guest memory, each from a page of its own on, and what they must hold in the end.
class Problem {
 public:
  Problem(const Kernel& kernel, std::uint64_t seed, Rounding rounding = Rounding::c_interface);

  /// Guest memory that program and arrays need.
  std::uint64_t memory_bytes() const { return end_ - memory_base; }
  /// Guest addresses of the arrays in the order of the kernel's parameters: A, B, the bias if there is one, and C of a
  /// matrix product; A, B, C of a residual addition; X, W, the bias if there is one, and Y of a convolution; as
  /// they are given of a user's own.
  const std::vector<std::uint64_t>& arguments() const { return arguments_; }
  /// Whether a guest address lies in one of the arrays.
  bool is_argument(std::uint64_t address) const;

  /// Writes the inputs, and into the output array and behind it bytes that are not the right result.
  void place(const GuestMemory& memory) const;
  /// Lets what is in the output array now be the right result: for a kernel of a user's own, which has none until then.
  void take_output(const GuestMemory& memory);
  /// What the kernel got wrong, or nothing: how many output elements differ and the first of them; inputs that it
  /// changed; bytes that it wrote behind its output.
  std::optional<std::string> mistake(const GuestMemory& memory) const;

 private:
  struct Input {
    std::string name;
    std::vector<std::int8_t> bytes;
  };
  std::vector<Input> inputs_;
  std::vector<std::int8_t> output_;
  std::uint64_t output_element_bytes_ = 1;
  std::string output_name_;
  std::vector<std::uint64_t> arguments_;
  std::uint64_t end_ = 0;
};

}  // namespace exogene::gemmini

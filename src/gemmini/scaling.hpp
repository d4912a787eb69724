#pragma once

#include <cstddef>
#include <cstdint>

namespace exogene::gemmini {

/// How a product that is no integer becomes one. Both agree on almost all products: of random pairs of value and scale
/// some 15 in a million differ, none with a scale of a power of two and |value| < 2^23.
enum class Rounding : std::uint8_t {
  c_interface,   ///< as the accelerator's C interface computes it on the processor
  nearest_even,  ///< as the hardware's floating-point units do
};

/// `value * scale` in float, rounded and saturated to int8. Rounding::c_interface: to nearest, ties to even, except
/// that the largest float below 1, 2, 4, ... 64, or its negative, goes one too far, because the neighbour is found by a
/// float addition of one: 121 * 0.00826446 = 0.99999994 gives 2. Rounding::nearest_even gives 1 there. NaN, the
/// infinities and products of 2^63 and more give -128 either way. Must be compiled without fused multiply-add.
std::int8_t scale_to_i8(std::int32_t value, float scale, Rounding rounding = Rounding::c_interface);

/// scale_to_i8 of `count` values in a row, on the host's widest registers where it has those of AVX2.
void scale_row_to_i8(const std::int32_t* values, std::size_t count, float scale, Rounding rounding, std::int8_t* into);

/// Arithmetic right shift by `shift` < 32 bits, to nearest, ties to even, saturated to int8.
std::int8_t shift_to_i8(std::int32_t value, std::uint32_t shift);

}  // namespace exogene::gemmini

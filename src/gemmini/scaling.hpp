#pragma once

#include <cstdint>

namespace exogene::gemmini {

/// `value * scale` in float, rounded and saturated to int8 the way the accelerator's C interface does it: to nearest,
/// ties to even, except that a product within one float step of an integer may go one too far, because the neighbour is
/// found by a float addition of one. NaN, the infinities and products of 2^63 and more give -128.
/// Must be compiled without fused multiply-add.
std::int8_t scale_to_i8(std::int32_t value, float scale);

/// Arithmetic right shift by `shift` < 32 bits, to nearest, ties to even, saturated to int8.
std::int8_t shift_to_i8(std::int32_t value, std::uint32_t shift);

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>

#include "machine.hpp"

namespace exogene::gemmini::scalar {

inline std::uint32_t field(std::uint64_t word, unsigned high, unsigned low) {
  return static_cast<std::uint32_t>(word << (63 - high) >> (63 - high + low));
}

// 32-bit arithmetic wraps.
inline std::int32_t wrap(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}
inline std::int32_t plus(std::int32_t a, std::int32_t b) {
  return wrap(std::int64_t{a} + b);
}
inline std::int32_t times(std::int32_t a, std::int32_t b) {
  return wrap(std::int64_t{a} * b);
}

/// As the host's processor converts: what does not fit, and NaN, gives the smallest number.
std::int64_t to_64(float value);
std::int32_t to_32(double value);

/// value * scale as int8.
std::int8_t scaled(const Machine& machine, std::int32_t value, float scale);
/// value / 2^shift as int8.
std::int8_t shifted(const Machine& machine, std::int32_t value, std::uint32_t shift);

}  // namespace exogene::gemmini::scalar

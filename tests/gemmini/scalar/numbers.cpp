// Rounding and saturation.

#include "numbers.hpp"

#include <algorithm>
#include <cmath>

namespace exogene::gemmini::scalar {
namespace {

std::int8_t narrow(std::int64_t value, bool wraps) {
  if (wraps) return static_cast<std::int8_t>(static_cast<std::uint8_t>(value));
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127));
}

// As the C interface rounds: the neighbour is found by a float addition, which can itself round to one too far.
std::int64_t to_neighbour(float product, bool tie_away) {
  const std::int64_t whole = to_64(product);
  const std::int64_t next = to_64(product < 0.0F ? product - 1.0F : product + 1.0F);
  const float rest = std::fabs(product - static_cast<float>(whole));
  if (rest < 0.5F) return whole;
  if (rest > 0.5F || tie_away) return next;
  return whole % 2 == 0 ? whole : next;
}

std::int64_t to_nearest_even(float product, bool tie_away) {
  return to_64(tie_away ? std::round(product) : std::nearbyint(product));
}

}  // namespace

std::int64_t to_64(float value) {
  if (value >= -0x1p63F && value < 0x1p63F) return static_cast<std::int64_t>(value);
  return std::numeric_limits<std::int64_t>::min();
}

std::int32_t to_32(double value) {
  if (value > -0x1p31 - 1.0 && value < 0x1p31) return static_cast<std::int32_t>(value);
  return std::numeric_limits<std::int32_t>::min();
}

std::int8_t scaled(const Machine& machine, std::int32_t value, float scale) {
  const float product = static_cast<float>(value) * scale;
  const bool as_in_c = (machine.rounding == Rounding::c_interface) != machine.has(Fault::scale_other_rounding);
  const bool tie_away = machine.has(Fault::scale_tie_away);
  const std::int64_t whole = as_in_c ? to_neighbour(product, tie_away) : to_nearest_even(product, tie_away);
  return narrow(whole, machine.has(Fault::scale_wraps));
}

std::int8_t shifted(const Machine& machine, std::int32_t value, std::uint32_t shift) {
  std::int32_t whole = value >> shift;
  if (shift > 0) {
    const bool half = (value >> (shift - 1) & 1) != 0;
    const bool more = (static_cast<std::uint32_t>(value) & ((1U << (shift - 1)) - 1)) != 0;
    const bool odd = (whole & 1) != 0;
    if (half && (more || odd || machine.has(Fault::shift_tie_up))) whole += 1;
  }
  return narrow(whole, machine.has(Fault::shift_wraps));
}

}  // namespace exogene::gemmini::scalar

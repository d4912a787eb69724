#include "gemmini/scaling.hpp"

#include <algorithm>
#include <cmath>

namespace exogene::gemmini {

std::int8_t scale_to_i8(std::int32_t value, float scale, Rounding rounding) {
  const float product = static_cast<float>(value) * scale;
  // The host's conversion to 64 bits gives its smallest number for all of these.
  if (!(product < 0x1p63F)) return -128;
  // Beyond these bounds the rounding cannot bring the value back into range.
  if (product >= 128.0F) return 127;
  if (product <= -129.0F) return -128;

  if (rounding == Rounding::nearest_even) {
    return static_cast<std::int8_t>(std::clamp(std::nearbyint(product), -128.0F, 127.0F));
  }
  const auto truncated = static_cast<std::int32_t>(product);
  const auto next = static_cast<std::int32_t>(product < 0.0F ? product - 1.0F : product + 1.0F);
  const float rest = std::fabs(product - static_cast<float>(truncated));
  const bool away = rest > 0.5F || (rest == 0.5F && truncated % 2 != 0);
  return static_cast<std::int8_t>(std::clamp(away ? next : truncated, -128, 127));
}

std::int8_t shift_to_i8(std::int32_t value, std::uint32_t shift) {
  std::int32_t result = value >> shift;
  if (shift > 0) {
    const auto word = static_cast<std::uint32_t>(value);
    const bool half = (word >> (shift - 1) & 1) != 0;
    const bool below = (word & ((1U << (shift - 1)) - 1)) != 0;
    if (half && (below || (result & 1) != 0)) ++result;
  }
  return static_cast<std::int8_t>(std::clamp(result, -128, 127));
}

}  // namespace exogene::gemmini

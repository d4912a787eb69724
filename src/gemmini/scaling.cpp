#include "gemmini/scaling.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <cmath>

namespace exogene::gemmini {
namespace {

#ifdef __x86_64__
// The same steps as scale_to_i8, for eight values. Bounds come first: beyond them the rounding changes nothing.
[[gnu::target("avx2")]] void scale_eight(const std::int32_t* values, float scale, Rounding rounding,
                                         std::int8_t* into) {
  const __m256i integers = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
  const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(integers), _mm256_set1_ps(scale));
  const __m256 valid = _mm256_cmp_ps(product, _mm256_set1_ps(0x1p63F), _CMP_LT_OQ);
  const __m256 bounded = _mm256_min_ps(_mm256_max_ps(product, _mm256_set1_ps(-129.0F)), _mm256_set1_ps(128.0F));
  __m256i result = _mm256_cvtps_epi32(bounded);
  if (rounding == Rounding::c_interface) {
    const __m256 sign = _mm256_and_ps(_mm256_cmp_ps(product, _mm256_setzero_ps(), _CMP_LT_OQ), _mm256_set1_ps(-0.0F));
    const __m256i truncated = _mm256_cvttps_epi32(bounded);
    const __m256i next = _mm256_cvttps_epi32(_mm256_add_ps(bounded, _mm256_or_ps(_mm256_set1_ps(1.0F), sign)));
    const __m256 rest = _mm256_andnot_ps(_mm256_set1_ps(-0.0F), _mm256_sub_ps(bounded, _mm256_cvtepi32_ps(truncated)));
    const __m256 above = _mm256_cmp_ps(rest, _mm256_set1_ps(0.5F), _CMP_GT_OQ);
    const __m256 tie = _mm256_cmp_ps(rest, _mm256_set1_ps(0.5F), _CMP_EQ_OQ);
    const __m256 odd = _mm256_castsi256_ps(_mm256_slli_epi32(truncated, 31));
    const __m256 away = _mm256_or_ps(above, _mm256_and_ps(tie, odd));  // the sign bit of each counts
    result = _mm256_castps_si256(_mm256_blendv_ps(_mm256_castsi256_ps(truncated), _mm256_castsi256_ps(next), away));
  }
  result = _mm256_castps_si256(
      _mm256_blendv_ps(_mm256_castsi256_ps(_mm256_set1_epi32(-128)), _mm256_castsi256_ps(result), valid));
  const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(into), _mm_packs_epi16(halves, halves));
}
#endif

}  // namespace

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

void scale_row_to_i8(const std::int32_t* values, std::size_t count, float scale, Rounding rounding, std::int8_t* into) {
  std::size_t i = 0;
#ifdef __x86_64__
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  for (; wide && i + 8 <= count; i += 8) scale_eight(values + i, scale, rounding, into + i);
#endif
  for (; i < count; ++i) into[i] = scale_to_i8(values[i], scale, rounding);
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

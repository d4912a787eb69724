#include "gemmini/array.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace exogene::gemmini {
namespace {

// A row of sums is one vector of the compiler's, which splits it into as many registers as the target needs.
template <std::size_t dim>
[[gnu::always_inline]] inline void multiply(const std::int8_t* a, const std::int8_t* weights, std::uint32_t rows,
                                            std::int32_t* sums) {
  using Row [[gnu::vector_size(dim * sizeof(std::int32_t))]] = std::int32_t;
  Row wide[dim];
  for (std::size_t k = 0; k < dim; ++k)
    for (std::size_t j = 0; j < dim; ++j) wide[k][j] = weights[k * dim + j];
  for (std::size_t i = 0; i < rows; ++i) {
    Row sum;
    std::memcpy(&sum, sums + i * dim, sizeof sum);
    for (std::size_t k = 0; k < dim; ++k) sum += wide[k] * std::int32_t{a[i * dim + k]};
    std::memcpy(sums + i * dim, &sum, sizeof sum);
  }
}

template <std::size_t dim>
void multiply_any(const std::int8_t* a, const std::int8_t* weights, std::uint32_t rows, std::int32_t* sums) {
  multiply<dim>(a, weights, rows, sums);
}

#ifdef __x86_64__
// Rows of sums that share a load of the weights.
constexpr std::size_t rows_together = 4;

template <std::size_t dim, std::size_t rows>
[[gnu::target("avx2"), gnu::always_inline]] inline void multiply_rows(const std::int8_t* a,
                                                                      const __m256i (&pairs)[dim / 2][dim / 8],
                                                                      std::int32_t* sums) {
  alignas(32) std::int16_t wide[rows][dim];
  __m256i sum[rows][dim / 8];
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < dim; ++k) wide[i][k] = a[i * dim + k];
    for (std::size_t j = 0; j < dim / 8; ++j)
      sum[i][j] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + i * dim + 8 * j));
  }
  for (std::size_t k = 0; k < dim / 2; ++k) {
    for (std::size_t i = 0; i < rows; ++i) {
      std::int32_t two = 0;
      std::memcpy(&two, &wide[i][2 * k], sizeof two);
      const __m256i inputs = _mm256_set1_epi32(two);
      for (std::size_t j = 0; j < dim / 8; ++j)
        sum[i][j] = _mm256_add_epi32(sum[i][j], _mm256_madd_epi16(inputs, pairs[k][j]));
    }
  }
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < dim / 8; ++j)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + i * dim + 8 * j), sum[i][j]);
}

// Two products of 16 bits and their sum are one instruction: rows 2k and 2k + 1 of the weights go together.
template <std::size_t dim>
[[gnu::target("avx2")]] void multiply_avx2(const std::int8_t* a, const std::int8_t* weights, std::uint32_t rows,
                                           std::int32_t* sums) {
  __m256i pairs[dim / 2][dim / 8];
  for (std::size_t k = 0; k < dim / 2; ++k) {
    for (std::size_t j = 0; j < dim / 8; ++j) {
      const auto* first = reinterpret_cast<const __m128i*>(weights + 2 * k * dim + 8 * j);
      const auto* second = reinterpret_cast<const __m128i*>(weights + (2 * k + 1) * dim + 8 * j);
      pairs[k][j] = _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(_mm_loadl_epi64(first), _mm_loadl_epi64(second)));
    }
  }
  std::size_t i = 0;
  constexpr std::size_t together = dim == 32 ? 2 : rows_together;
  for (; i + together <= rows; i += together) multiply_rows<dim, together>(a + i * dim, pairs, sums + i * dim);
  for (; i < rows; ++i) multiply_rows<dim, 1>(a + i * dim, pairs, sums + i * dim);
}

template <>
[[gnu::target("avx2")]] void multiply_avx2<4>(const std::int8_t* a, const std::int8_t* weights, std::uint32_t rows,
                                              std::int32_t* sums) {
  multiply<4>(a, weights, rows, sums);
}
#endif

template <std::size_t dim>
MultiplyBlock choose([[maybe_unused]] Host host) {
#ifdef __x86_64__
  if (host == Host::this_one && __builtin_cpu_supports("avx2") != 0) return multiply_avx2<dim>;
#endif
  return multiply_any<dim>;
}

}  // namespace

MultiplyBlock multiply_block(std::uint32_t dim, Host host) {
  switch (dim) {
    case 4:
      return choose<4>(host);
    case 8:
      return choose<8>(host);
    case 16:
      return choose<16>(host);
    case 32:
      return choose<32>(host);
    default:
      throw std::invalid_argument("the array is 4, 8, 16 or 32 wide");
  }
}

}  // namespace exogene::gemmini

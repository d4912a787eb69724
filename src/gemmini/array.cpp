#include "gemmini/array.hpp"

#include <stdexcept>

namespace exogene::gemmini {
namespace {

// The inner loop has a fixed length and no aliasing, so the compiler keeps one row of sums in vector registers.
template <std::uint32_t dim>
[[gnu::always_inline]] inline void multiply(const std::int8_t* a, const std::int32_t* __restrict weights,
                                            std::uint32_t rows, std::int32_t* __restrict sums) {
  for (std::uint32_t i = 0; i < rows; ++i) {
    std::int32_t row[dim];
    for (std::uint32_t j = 0; j < dim; ++j) row[j] = sums[i * dim + j];
    for (std::uint32_t k = 0; k < dim; ++k) {
      const std::int32_t factor = a[i * dim + k];
      for (std::uint32_t j = 0; j < dim; ++j) row[j] += factor * weights[k * dim + j];
    }
    for (std::uint32_t j = 0; j < dim; ++j) sums[i * dim + j] = row[j];
  }
}

template <std::uint32_t dim>
void multiply_any(const std::int8_t* a, const std::int32_t* weights, std::uint32_t rows, std::int32_t* sums) {
  multiply<dim>(a, weights, rows, sums);
}

#ifdef __x86_64__
template <std::uint32_t dim>
[[gnu::target("avx2")]] void multiply_avx2(const std::int8_t* a, const std::int32_t* weights, std::uint32_t rows,
                                           std::int32_t* sums) {
  multiply<dim>(a, weights, rows, sums);
}
#endif

template <std::uint32_t dim>
MultiplyBlock choose() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") != 0) return multiply_avx2<dim>;
#endif
  return multiply_any<dim>;
}

}  // namespace

MultiplyBlock multiply_block(std::uint32_t dim) {
  switch (dim) {
    case 4:
      return choose<4>();
    case 8:
      return choose<8>();
    case 16:
      return choose<16>();
    case 32:
      return choose<32>();
    default:
      throw std::invalid_argument("the array is 4, 8, 16 or 32 wide");
  }
}

}  // namespace exogene::gemmini

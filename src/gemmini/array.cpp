#include "gemmini/array.hpp"

#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace exogene::gemmini {
namespace {

// A row of sums is one vector of the compiler's, which splits it into as many registers as the target needs.
template <std::size_t dim>
[[gnu::always_inline]] inline void multiply(const std::int8_t* a, const std::int32_t* weights, std::uint32_t rows,
                                            std::int32_t* sums) {
  using Row [[gnu::vector_size(dim * sizeof(std::int32_t))]] = std::int32_t;
  for (std::size_t i = 0; i < rows; ++i) {
    Row sum;
    std::memcpy(&sum, sums + i * dim, sizeof sum);
    for (std::size_t k = 0; k < dim; ++k) {
      Row weight;
      std::memcpy(&weight, weights + k * dim, sizeof weight);
      sum += weight * std::int32_t{a[i * dim + k]};
    }
    std::memcpy(sums + i * dim, &sum, sizeof sum);
  }
}

template <std::size_t dim>
void multiply_any(const std::int8_t* a, const std::int32_t* weights, std::uint32_t rows, std::int32_t* sums) {
  multiply<dim>(a, weights, rows, sums);
}

#ifdef __x86_64__
template <std::size_t dim>
[[gnu::target("avx2")]] void multiply_avx2(const std::int8_t* a, const std::int32_t* weights, std::uint32_t rows,
                                           std::int32_t* sums) {
  multiply<dim>(a, weights, rows, sums);
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

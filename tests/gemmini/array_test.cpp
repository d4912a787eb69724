#include "gemmini/array.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace exogene::gemmini;

TEST_CASE("blocks are multiplied and added, on any host, for all widths and heights") {
  for (const Host host : {Host::this_one, Host::any}) {
    for (const std::uint32_t dim : {4U, 8U, 16U, 32U}) {
      std::vector<std::int8_t> a(dim * dim), weights(dim * dim);
      std::vector<std::int32_t> sums(dim * dim), expected(dim * dim);
      for (std::uint32_t i = 0; i < dim * dim; ++i) {
        a[i] = static_cast<std::int8_t>(i * 37 + 11);
        weights[i] = static_cast<std::int8_t>(i * 101 - 5);
        sums[i] = expected[i] = static_cast<std::int32_t>(i * 1000);
      }
      const std::uint32_t rows = dim - 1;
      for (std::uint32_t i = 0; i < rows; ++i) {
        for (std::uint32_t j = 0; j < dim; ++j) {
          for (std::uint32_t k = 0; k < dim; ++k) expected[i * dim + j] += a[i * dim + k] * weights[k * dim + j];
        }
      }
      multiply_block(dim, host)(a.data(), weights.data(), rows, sums.data());
      CHECK(sums == expected);
    }
  }
  CHECK_THROWS_AS(multiply_block(12), std::invalid_argument);
}

#pragma once

#include <cstdint>

namespace exogene::gemmini {

inline constexpr std::uint32_t widest_array = 32;

/// sums[i][j] += sum over k of a[i][k] * weights[k][j] for i < rows. All three are dense with dim columns; a and
/// weights have dim columns and dim rows of valid numbers (zero where an operand is smaller). Sums wrap.
using MultiplyBlock = void (*)(const std::int8_t* a, const std::int8_t* weights, std::uint32_t rows,
                               std::int32_t* sums);

/// Which host the code is for: this one with all it can, or any.
enum class Host : std::uint8_t { this_one, any };

/// The fastest version for this array width (4, 8, 16 or 32; else std::invalid_argument) that the host can run. All
/// versions give the same sums.
MultiplyBlock multiply_block(std::uint32_t dim, Host host = Host::this_one);

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>
#include <string>

#include "gemmini/scaling.hpp"
#include "gemmini/timing/parameters.hpp"

namespace exogene::gemmini {

/// A Gemmini configuration as far as the models depend on it. Inputs are int8, sums int32.
struct Accelerator {
  std::uint32_t dim = 16;                 ///< rows and columns of the systolic array: 4, 8, 16 or 32
  std::uint32_t scratchpad_rows = 16384;  ///< a row holds dim int8
  std::uint32_t scratchpad_banks = 4;
  std::uint32_t accumulator_rows = 1024;  ///< a row holds dim int32
  std::uint32_t accumulator_banks = 2;
  std::uint32_t dma_max_bytes = 64;           ///< largest DMA request
  std::uint32_t dma_bus_bytes = 16;           ///< one beat of the system bus, the smallest DMA request
  Rounding rounding = Rounding::c_interface;  ///< of scaled int8 loads and stores
  TimingParameters timing{};
};

/// Columns that one int8 load or store may have at most: four blocks of the array's width.
inline std::uint32_t widest_transfer(const Accelerator& accelerator) {
  return 4 * accelerator.dim;
}

/// What is wrong with these parameters, naming the first bad one, or an empty string.
std::string problem(const Accelerator& accelerator);

}  // namespace exogene::gemmini

#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "experiment/fields.hpp"
#include "gemmini/timing/parameters.hpp"

namespace exogene {

/// A Gemmini configuration: inputs are int8, sums int32.
struct Accelerator {
  std::string name;
  std::uint32_t dim = 0;  ///< rows and columns of the systolic array: 4, 8, 16 or 32
  std::uint32_t scratchpad_kib = 0;
  std::uint32_t scratchpad_banks = 0;
  std::uint32_t accumulator_kib = 0;
  std::uint32_t accumulator_banks = 0;
  std::uint32_t dma_bus_bytes = 0;       ///< one beat of the system bus, the smallest DMA request
  std::uint32_t dma_request_bytes = 0;   ///< the largest DMA request
  std::string optimisation;              ///< of the C compiler: O0, O1, O2, O3 or Os
  std::string rounding = "c_interface";  ///< of scaled int8: c_interface, or rne (to nearest, ties to even)
  gemmini::TimingParameters timing{};
  bool operator==(const Accelerator&) const = default;
};

/// Rows of dim int8.
std::uint32_t scratchpad_rows(const Accelerator& accelerator);

/// Rows of dim int32.
std::uint32_t accumulator_rows(const Accelerator& accelerator);

/// Reads the map of an accelerator file. Throws InputError with its line for a value that no Gemmini can have.
Accelerator parse_accelerator(const YAML::Node& node, const Origin& origin);

Accelerator load_accelerator(const std::filesystem::path& path);

/// The accelerator as YAML; `parse_accelerator` gives the same accelerator back.
std::string to_text(const Accelerator& accelerator);

}  // namespace exogene

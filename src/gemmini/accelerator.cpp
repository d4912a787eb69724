#include "gemmini/accelerator.hpp"

#include <fmt/format.h>

#include <bit>

namespace exogene::gemmini {
namespace {

// 26 bits address a row in a store, so 2^26 rows is all that a program can name.
constexpr std::uint32_t most_rows = 1U << 26;

std::string memory_problem(const char* name, std::uint32_t rows, std::uint32_t banks, std::uint32_t dim) {
  if (rows < dim || rows > most_rows) {
    return fmt::format("{}_rows must be from dim = {} to {}, got {}", name, dim, most_rows, rows);
  }
  if (banks == 0 || rows % banks != 0) {
    return fmt::format("{}_banks must divide {}_rows = {}, got {}", name, name, rows, banks);
  }
  return {};
}

}  // namespace

std::string problem(const Accelerator& accelerator) {
  const auto& [dim, scratchpad_rows, scratchpad_banks, accumulator_rows, accumulator_banks, most, bus, rounding,
               timing] = accelerator;
  if (dim != 4 && dim != 8 && dim != 16 && dim != 32) return fmt::format("dim must be 4, 8, 16 or 32, got {}", dim);
  if (auto text = memory_problem("scratchpad", scratchpad_rows, scratchpad_banks, dim); !text.empty()) return text;
  if (auto text = memory_problem("accumulator", accumulator_rows, accumulator_banks, dim); !text.empty()) return text;
  if (!std::has_single_bit(bus) || bus > 64) {
    return fmt::format("dma_bus_bytes must be a power of two up to 64, got {}", bus);
  }
  if (!std::has_single_bit(most) || most < bus || most > 4096) {
    return fmt::format("dma_max_bytes must be a power of two from dma_bus_bytes = {} to 4096, got {}", bus, most);
  }
  if (const std::string text = timing_problem(timing); !text.empty()) return "timing: " + text;
  return {};
}

}  // namespace exogene::gemmini

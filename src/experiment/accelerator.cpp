#include "experiment/accelerator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace exogene {
namespace {

// 26 bits of a local address count rows.
constexpr std::uint64_t most_rows = 1U << 26;

struct Memory {
  std::uint32_t kib;
  std::uint32_t banks;
};

// A memory of rows of `row_bytes` that can hold at least one block of dim x dim.
Memory read_memory(const Fields& fields, std::string_view key, std::uint64_t dim, std::uint64_t row_bytes) {
  const auto memory = fields.map(key, {"kib", "banks"});
  const auto least_kib = std::max<std::uint64_t>(1, dim * row_bytes / 1024);
  const auto kib = memory.whole("kib", least_kib, most_rows * row_bytes / 1024);
  const auto rows = kib * 1024 / row_bytes;
  const auto banks = memory.whole("banks", 1, rows);
  // The bank and the row in it are fields of an address, so a bank's rows are a power of two.
  if (rows % banks != 0 || !std::has_single_bit(rows / banks))
    memory.fail("banks", fmt::format("a number that divides the {} rows into banks of a power of two rows each", rows));
  return {static_cast<std::uint32_t>(kib), static_cast<std::uint32_t>(banks)};
}

std::uint32_t read_power_of_two(const Fields& fields, std::string_view key, std::uint32_t min, std::uint32_t max) {
  const auto value = fields.whole(key, min, max);
  if (!std::has_single_bit(value)) fields.fail(key, fmt::format("a power of two from {} to {}", min, max));
  return static_cast<std::uint32_t>(value);
}

std::uint32_t read_dim(const Fields& fields) {
  return static_cast<std::uint32_t>(std::stoul(fields.choice("dim", {"4", "8", "16", "32"})));
}

// What is not given is as for the default accelerator.
gemmini::TimingParameters read_timing(const Fields& fields) {
  std::vector<std::string> names;
  for (const auto& parameter : gemmini::timing_parameters) names.emplace_back(parameter.name);
  const auto given = fields.map("timing", names);
  gemmini::TimingParameters result;
  for (const auto& [name, value, least, most] : gemmini::timing_parameters)
    if (given.has(name)) result.*value = static_cast<std::uint32_t>(given.whole(name, least, most));
  if (const std::string wrong = timing_problem(result); !wrong.empty())
    fail_at(fields.node("timing"), fields.origin("timing"), wrong);
  return result;
}

std::string to_text(const gemmini::TimingParameters& timing) {
  std::string text;
  for (const auto& [name, value, least, most] : gemmini::timing_parameters)
    text += fmt::format("{}  {}: {}", text.empty() ? "" : "\n", name, timing.*value);
  return text;
}

}  // namespace

std::uint32_t scratchpad_rows(const Accelerator& accelerator) {
  return static_cast<std::uint32_t>(std::uint64_t{accelerator.scratchpad_kib} * 1024 / accelerator.dim);
}

std::uint32_t accumulator_rows(const Accelerator& accelerator) {
  return static_cast<std::uint32_t>(std::uint64_t{accelerator.accumulator_kib} * 1024 /
                                    (std::uint64_t{4} * accelerator.dim));
}

Accelerator parse_accelerator(const YAML::Node& node, const Origin& origin) {
  const Fields fields(node, origin,
                      {"name", "dim", "scratchpad", "accumulator", "dma", "compiler", "rounding", "timing"});
  Accelerator result;
  result.name = fields.word("name");
  result.dim = read_dim(fields);
  const auto scratchpad = read_memory(fields, "scratchpad", result.dim, result.dim);
  result.scratchpad_kib = scratchpad.kib;
  result.scratchpad_banks = scratchpad.banks;
  const auto accumulator = read_memory(fields, "accumulator", result.dim, std::uint64_t{4} * result.dim);
  result.accumulator_kib = accumulator.kib;
  result.accumulator_banks = accumulator.banks;
  const auto dma = fields.map("dma", {"bus_bytes", "request_bytes"});
  result.dma_bus_bytes = read_power_of_two(dma, "bus_bytes", 1, 64);
  result.dma_request_bytes = read_power_of_two(dma, "request_bytes", result.dma_bus_bytes, 4096);
  result.optimisation = fields.map("compiler", {"optimisation"}).choice("optimisation", {"O0", "O1", "O2", "O3", "Os"});
  if (fields.has("rounding")) result.rounding = fields.choice("rounding", {"c_interface", "rne"});
  if (fields.has("timing")) result.timing = read_timing(fields);
  return result;
}

Accelerator load_accelerator(const std::filesystem::path& path) {
  return parse_accelerator(parse_yaml(read_text(path), path.string()), {path.string()});
}

std::string to_text(const Accelerator& accelerator) {
  return fmt::format(
      "name: {}\n"
      "dim: {}\n"
      "scratchpad: {{kib: {}, banks: {}}}\n"
      "accumulator: {{kib: {}, banks: {}}}\n"
      "dma: {{bus_bytes: {}, request_bytes: {}}}\n"
      "compiler: {{optimisation: {}}}\n"
      "rounding: {}\n"
      "timing:\n{}\n",
      accelerator.name, accelerator.dim, accelerator.scratchpad_kib, accelerator.scratchpad_banks,
      accelerator.accumulator_kib, accelerator.accumulator_banks, accelerator.dma_bus_bytes,
      accelerator.dma_request_bytes, accelerator.optimisation, accelerator.rounding, to_text(accelerator.timing));
}

}  // namespace exogene

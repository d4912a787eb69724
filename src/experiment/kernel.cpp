#include "experiment/kernel.hpp"

#include <fmt/format.h>

#include <limits>
#include <vector>

namespace exogene {
namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 28;

const std::vector<std::string> known_families{"matmul"};
const std::vector<std::string> matmul_sizes{"N", "K", "M"};

const std::vector<std::string> keys{"kernel", "sizes", "bias", "scale", "relu"};

void check_array(const Fields& fields, const Kernel& kernel, const std::string& array, const std::string& rows,
                 const std::string& columns) {
  const auto bytes = kernel.sizes.at(rows) * kernel.sizes.at(columns);
  if (bytes > most_bytes)
    fail_at(fields.node("sizes"), fields.origin("sizes"),
            fmt::format("{}[{}][{}] takes {} bytes; expected at most {} for each array", array, rows, columns, bytes,
                        most_bytes));
}

}  // namespace

Kernel parse_kernel(const YAML::Node& node, const Origin& origin) {
  const Fields fields(node, origin, keys);
  Kernel result;
  result.family = fields.choice("kernel", known_families);
  const auto sizes = fields.map("sizes", matmul_sizes);
  for (const auto& size : matmul_sizes)
    result.sizes[size] = static_cast<std::int64_t>(sizes.whole(size, 1, most_bytes));
  check_array(fields, result, "A", "N", "K");
  check_array(fields, result, "B", "K", "M");
  check_array(fields, result, "C", "N", "M");
  result.bias = fields.has("bias") && fields.truth("bias");
  // Subnormal factors would lose digits in the accelerator's float32.
  result.scale = fields.number("scale", std::numeric_limits<float>::min(), std::numeric_limits<float>::max(),
                               "a number above 0 that a float32 can hold, e.g. 0.0007");
  result.relu = fields.truth("relu");
  result.name =
      fmt::format("{}-{}x{}x{}", result.family, result.sizes.at("N"), result.sizes.at("K"), result.sizes.at("M"));
  return result;
}

Kernel load_kernel(const std::filesystem::path& path) {
  return parse_kernel(parse_yaml(read_text(path), path.string()), {path.string()});
}

std::string to_text(const Kernel& kernel) {
  return fmt::format("kernel: {}\nsizes: {{N: {}, K: {}, M: {}}}\nbias: {}\nscale: {}\nrelu: {}\n", kernel.family,
                     kernel.sizes.at("N"), kernel.sizes.at("K"), kernel.sizes.at("M"), kernel.bias, kernel.scale,
                     kernel.relu);
}

}  // namespace exogene

#include "experiment/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace exogene {
namespace {

constexpr std::int64_t most_pixels = std::int64_t{1} << 15;  // four sides of a convolution fit 64 bits

const std::vector<std::string> with_bias{"kernel", "sizes", "bias", "scale", "relu"};

[[noreturn]] void fail_at_size(const Fields& fields, const std::string& size, const std::string& what) {
  const auto sizes = fields.node("sizes");
  auto origin = fields.origin("sizes");
  origin.path += '.' + size;
  fail_at(sizes[size], origin, what);
}

/// The array's dimensions are named as in the text of an error, with their extents.
void check_array(const Fields& fields, const std::string& array,
                 const std::vector<std::pair<std::string, std::int64_t>>& dimensions) {
  auto name = array;
  std::int64_t bytes = 1;
  for (const auto& [dimension, extent] : dimensions) {
    name += '[' + dimension + ']';
    bytes *= extent;
  }
  if (bytes > most_bytes)
    fail_at(fields.node("sizes"), fields.origin("sizes"),
            fmt::format("{} takes {} bytes; expected at most {} for each array", name, bytes, most_bytes));
}

void check_matmul(const Fields& fields, const Kernel& kernel) {
  const auto dimension = [&](const char* name) {
    return std::pair<std::string, std::int64_t>(name, kernel.sizes.at(name));
  };
  check_array(fields, "A", {dimension("N"), dimension("K")});
  check_array(fields, "B", {dimension("K"), dimension("M")});
  check_array(fields, "C", {dimension("N"), dimension("M")});
}

double matmul_macs(const Kernel& kernel) {
  return static_cast<double>(kernel.sizes.at("N") * kernel.sizes.at("K")) * static_cast<double>(kernel.sizes.at("M"));
}

/// Rows or columns of a convolution's output, for the name of the input's size.
std::int64_t conv_out(const Kernel& kernel, const char* in) {
  const auto size = [&](const char* name) { return kernel.sizes.at(name); };
  return (size(in) + 2 * size("padding") - size("kernel")) / size("stride") + 1;
}

void check_conv(const Fields& fields, const Kernel& kernel) {
  const auto size = [&](const char* name) { return kernel.sizes.at(name); };
  const auto window = size("kernel"), padding = size("padding");
  if (padding >= window)
    fail_at_size(fields, "padding",
                 fmt::format("padding is {}; expected less than kernel, which is {}", padding, window));
  if (const auto most = std::min(size("in_rows"), size("in_cols")) + 2 * padding; window > most)
    fail_at_size(fields, "kernel",
                 fmt::format("kernel is {}; expected at most {}, the input with its padding", window, most));
  check_array(fields, "X",
              {{"batch", size("batch")},
               {"in_rows", size("in_rows")},
               {"in_cols", size("in_cols")},
               {"in_channels", size("in_channels")}});
  check_array(fields, "W",
              {{"kernel", window},
               {"kernel", window},
               {"in_channels", size("in_channels")},
               {"out_channels", size("out_channels")}});
  check_array(fields, "Y",
              {{"batch", size("batch")},
               {"out_rows", conv_out(kernel, "in_rows")},
               {"out_cols", conv_out(kernel, "in_cols")},
               {"out_channels", size("out_channels")}});
}

double conv_macs(const Kernel& kernel) {
  const auto size = [&](const char* name) { return kernel.sizes.at(name); };
  const auto results = size("batch") * conv_out(kernel, "in_rows") * conv_out(kernel, "in_cols") * size("out_channels");
  return static_cast<double>(results) * static_cast<double>(size("kernel") * size("kernel") * size("in_channels"));
}

std::string matmul_label(const Kernel& kernel) {
  return fmt::format("{}x{}x{}", kernel.sizes.at("N"), kernel.sizes.at("K"), kernel.sizes.at("M"));
}

std::string conv_label(const Kernel& kernel) {
  const auto size = [&](const char* name) { return kernel.sizes.at(name); };
  return fmt::format("{}x{}x{}x{}-{}x{}x{}-s{}p{}", size("batch"), size("in_rows"), size("in_cols"),
                     size("in_channels"), size("out_channels"), size("kernel"), size("kernel"), size("stride"),
                     size("padding"));
}

void check_add(const Fields& fields, const Kernel& kernel) {
  check_array(fields, "A", {{"N", kernel.sizes.at("N")}, {"M", kernel.sizes.at("M")}});
}

std::string add_label(const Kernel& kernel) {
  return fmt::format("{}x{}", kernel.sizes.at("N"), kernel.sizes.at("M"));
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> all{
      {"matmul", {{"N"}, {"K"}, {"M"}}, {}, with_bias, check_matmul, matmul_label, matmul_macs},
      {"conv2d",
       {{"batch", 1, most_pixels},
        {"in_rows", 1, most_pixels},
        {"in_cols", 1, most_pixels},
        {"in_channels", 1, most_pixels},
        {"out_channels", 1, most_pixels},
        {"kernel", 1, most_pixels},
        {"stride", 1, most_pixels},
        {"padding", 0, most_pixels}},
       {},
       with_bias,
       check_conv,
       conv_label,
       conv_macs},
      {"residual_add",
       {{"N"}, {"M"}},
       {"A", "B"},
       {"kernel", "sizes", "input_scales", "scale", "relu"},
       check_add,
       add_label,
       [](const Kernel&) { return 0.0; }}};
  return all;
}

}  // namespace exogene

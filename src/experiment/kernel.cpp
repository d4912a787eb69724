#include "experiment/kernel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace exogene {
namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 28;
constexpr std::int64_t most_pixels = std::int64_t{1} << 15;  // four sides of a convolution fit 64 bits

/// A size: its name and the numbers that it may be.
struct Size {
  std::string name;
  std::int64_t least = 1;
  std::int64_t most = most_bytes;
};

const std::vector<std::string> all_keys{"kernel", "sizes", "bias", "input_scales", "scale", "relu"};
const std::vector<std::string> with_bias{"kernel", "sizes", "bias", "scale", "relu"};

/// What kernels of one family have in common.
struct Family {
  std::string name;
  std::vector<Size> sizes;                      ///< in the order of a kernel's text
  std::vector<std::string> inputs;              ///< those with a scale of their own
  std::vector<std::string> keys;                ///< of a kernel file
  void (*check)(const Fields&, const Kernel&);  ///< throws InputError for sizes that do not go together
  std::string (*label)(const Kernel&);          ///< the sizes in a kernel's name
};

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

void check_conv(const Fields& fields, const Kernel& kernel) {
  const auto size = [&](const char* name) { return kernel.sizes.at(name); };
  const auto window = size("kernel"), padding = size("padding");
  if (padding >= window)
    fail_at_size(fields, "padding",
                 fmt::format("padding is {}; expected less than kernel, which is {}", padding, window));
  if (const auto most = std::min(size("in_rows"), size("in_cols")) + 2 * padding; window > most)
    fail_at_size(fields, "kernel",
                 fmt::format("kernel is {}; expected at most {}, the input with its padding", window, most));
  const auto out = [&](const char* in) { return (size(in) + 2 * padding - window) / size("stride") + 1; };
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
               {"out_rows", out("in_rows")},
               {"out_cols", out("in_cols")},
               {"out_channels", size("out_channels")}});
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

const std::vector<Family>& families() {
  static const std::vector<Family> all{{"matmul", {{"N"}, {"K"}, {"M"}}, {}, with_bias, check_matmul, matmul_label},
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
                                        conv_label},
                                       {"residual_add",
                                        {{"N"}, {"M"}},
                                        {"A", "B"},
                                        {"kernel", "sizes", "input_scales", "scale", "relu"},
                                        check_add,
                                        add_label}};
  return all;
}

const Family& family_of(const std::string& name) {
  return *std::ranges::find(families(), name, &Family::name);
}

std::vector<std::string> names_of(const auto& items) {
  std::vector<std::string> result;
  for (const auto& item : items) result.push_back(item.name);
  return result;
}

double read_scale(const Fields& fields, const std::string& key) {
  // Subnormal factors would lose digits in the accelerator's float32.
  return fields.number(key, std::numeric_limits<float>::min(), std::numeric_limits<float>::max(),
                       "a number above 0 that a float32 can hold, e.g. 0.0007");
}

/// A map in a line of YAML, its keys in that order.
std::string flow(const std::vector<std::string>& keys, const auto& map) {
  std::vector<std::string> entries;
  for (const auto& key : keys) entries.push_back(fmt::format("{}: {}", key, map.at(key)));
  return fmt::format("{{{}}}", fmt::join(entries, ", "));
}

}  // namespace

Kernel parse_kernel(const YAML::Node& node, const Origin& origin) {
  Kernel result;
  result.family = Fields(node, origin, all_keys).choice("kernel", names_of(families()));
  const auto& family = family_of(result.family);
  const Fields fields(node, origin, family.keys);
  const auto sizes = fields.map("sizes", names_of(family.sizes));
  for (const auto& [name, least, most] : family.sizes)
    result.sizes[name] = static_cast<std::int64_t>(
        sizes.whole(name, static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most)));
  family.check(fields, result);
  result.bias = fields.has("bias") && fields.truth("bias");
  for (const auto& input : family.inputs)
    result.input_scales[input] = read_scale(fields.map("input_scales", family.inputs), input);
  result.scale = read_scale(fields, "scale");
  result.relu = fields.truth("relu");
  result.name = fmt::format("{}-{}", result.family, family.label(result));
  return result;
}

Kernel load_kernel(const std::filesystem::path& path) {
  return parse_kernel(parse_yaml(read_text(path), path.string()), {path.string()});
}

std::string to_text(const Kernel& kernel) {
  const auto& family = family_of(kernel.family);
  auto text = fmt::format("kernel: {}\nsizes: {}\n", kernel.family, flow(names_of(family.sizes), kernel.sizes));
  if (family.inputs.empty())
    text += fmt::format("bias: {}\n", kernel.bias);
  else
    text += fmt::format("input_scales: {}\n", flow(family.inputs, kernel.input_scales));
  return text + fmt::format("scale: {}\nrelu: {}\n", kernel.scale, kernel.relu);
}

}  // namespace exogene

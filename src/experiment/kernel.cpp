#include "experiment/kernel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "experiment/families.hpp"

namespace exogene {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> own_keys{"kernel", "exo", "sizes"};
const std::vector<std::string> all_keys{"kernel", "exo", "sizes", "bias", "input_scales", "scale", "relu"};

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

/// The file of a user's kernel; its path is relative to the file that names it.
fs::path read_exo(const Fields& fields, const Origin& origin) {
  const auto text = fields.text("exo");
  const auto path = fs::absolute(fs::path(origin.source).parent_path() / text).lexically_normal();
  std::error_code ignored;
  if (text.empty() || !fs::is_regular_file(path, ignored))
    fields.fail("exo",
                fmt::format("the path of a Python file, relative to this one; there is no file {}", path.string()));
  return path;
}

Kernel parse_own(const YAML::Node& node, const Origin& origin) {
  const Fields fields(node, origin, own_keys);
  Kernel result;
  result.family = fields.word("kernel");
  result.exo = read_exo(fields, origin).string();
  const auto map = fields.node("sizes");
  if (!map.IsMap()) fields.fail("sizes", "a map with the sizes of the proc");
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first.IsScalar() ? entry.first.Scalar() : std::string());
  const auto sizes = fields.map("sizes", names);
  result.name = result.family;
  for (const auto& name : names) result.sizes[name] = static_cast<std::int64_t>(sizes.whole(name, 1, most_bytes));
  for (const auto& [name, size] : result.sizes) result.name += fmt::format("-{}{}", name, size);
  return result;
}

std::string flow(const std::vector<std::string>& entries) {
  return fmt::format("{{{}}}", fmt::join(entries, ", "));
}

/// A map in a line of YAML, its keys in that order.
std::string flow(const std::vector<std::string>& keys, const auto& map) {
  std::vector<std::string> entries;
  for (const auto& key : keys) entries.push_back(fmt::format("{}: {}", key, map.at(key)));
  return flow(entries);
}

std::string own_text(const Kernel& kernel) {
  std::string path;
  for (const char c : kernel.exo) path += c == '\'' ? "''" : std::string(1, c);
  std::vector<std::string> sizes;
  for (const auto& [name, size] : kernel.sizes) sizes.push_back(fmt::format("{}: {}", name, size));
  return fmt::format("kernel: {}\nexo: '{}'\nsizes: {}\n", kernel.family, path, flow(sizes));
}

}  // namespace

Kernel parse_kernel(const YAML::Node& node, const Origin& origin) {
  const Fields any(node, origin, all_keys);
  if (any.has("exo")) return parse_own(node, origin);
  Kernel result;
  result.family = any.choice("kernel", names_of(families()));
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

double macs(const Kernel& kernel) {
  return kernel.exo.empty() ? family_of(kernel.family).macs(kernel) : 0;
}

std::string to_text(const Kernel& kernel) {
  if (!kernel.exo.empty()) return own_text(kernel);
  const auto& family = family_of(kernel.family);
  auto text = fmt::format("kernel: {}\nsizes: {}\n", kernel.family, flow(names_of(family.sizes), kernel.sizes));
  if (family.inputs.empty())
    text += fmt::format("bias: {}\n", kernel.bias);
  else
    text += fmt::format("input_scales: {}\n", flow(family.inputs, kernel.input_scales));
  return text + fmt::format("scale: {}\nrelu: {}\n", kernel.scale, kernel.relu);
}

}  // namespace exogene

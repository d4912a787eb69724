#include "genome/alphabet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "genome/yaml.hpp"

namespace exogene {
namespace {

const std::map<std::string, ArgumentKind>& argument_kinds() {
  static const std::map<std::string, ArgumentKind> kinds{
      {"loop", ArgumentKind::loop},    {"buffer", ArgumentKind::buffer}, {"statement", ArgumentKind::statement},
      {"int", ArgumentKind::integer},  {"ints", ArgumentKind::integers}, {"loops", ArgumentKind::loops},
      {"choice", ArgumentKind::choice}};
  return kinds;
}

Parameter read_parameter(const std::string& name, const YAML::Node& node, std::string_view source) {
  const auto kind = argument_kinds().find(node["kind"].as<std::string>());
  if (kind == argument_kinds().end()) fail_at(node, source, "unknown argument kind of " + name);
  Parameter parameter{name, kind->second, 0, 0, {}};
  if (kind->second == ArgumentKind::integer || kind->second == ArgumentKind::integers) {
    parameter.min = node["min"].as<std::int64_t>();
    parameter.max = node["max"].as<std::int64_t>();
  } else if (kind->second == ArgumentKind::choice) {
    parameter.choices = node["of"].as<std::vector<std::string>>();
  }
  return parameter;
}

GeneKind read_kind(const std::string& name, const YAML::Node& node, std::string_view source) {
  const auto level = node["level"].as<std::string>();
  if (level != "primitive" && level != "composite") fail_at(node, source, "level is primitive or composite");
  GeneKind kind{name, level == "primitive" ? Level::primitive : Level::composite, node["help"].as<std::string>(), {}};
  for (const auto& entry : node["arguments"])
    kind.parameters.push_back(read_parameter(entry.first.as<std::string>(), entry.second, source));
  return kind;
}

}  // namespace

Alphabet Alphabet::load(const std::filesystem::path& path) {
  const auto source = path.string();
  const auto document = parse_yaml(read_text(path), source);
  Alphabet alphabet;
  try {
    for (const auto& entry : document)
      alphabet.kinds_.push_back(read_kind(entry.first.as<std::string>(), entry.second, source));
  } catch (const YAML::Exception& error) {
    throw InputError(fmt::format("{}:{}: malformed entry: {}", source, error.mark.line + 1, error.msg));
  }
  return alphabet;
}

const GeneKind* Alphabet::find(std::string_view name) const {
  const auto found = std::ranges::find(kinds_, name, &GeneKind::name);
  return found == kinds_.end() ? nullptr : &*found;
}

bool is_site_name(std::string_view text) {
  static const std::regex pattern(R"([A-Za-z_]\w{0,63}(=|\+=)?(#[0-9]{1,6})?)");
  return std::regex_match(text.begin(), text.end(), pattern);
}

}  // namespace exogene

#include "experiment/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace exogene {
namespace {

// `search` holds `search.population` and itself.
bool holds(std::string_view outer, std::string_view inner) {
  return outer.empty() || inner == outer || (inner.starts_with(outer) && inner[outer.size()] == '.');
}

template <typename Number>
std::optional<Number> parse(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  const auto& text = node.Scalar();
  Number result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

bool is_word(std::string_view text) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  // Unquoted, as words are written back, YAML reads these as nothing.
  if (text == "null" || text == "Null" || text == "NULL") return false;
  return !text.empty() && text.size() <= 100 && letter_or_digit(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter_or_digit(c) || c == '-' || c == '_'; });
}

std::string one_of(const std::vector<std::string>& choices) {
  return choices.size() == 1 ? choices.front() : fmt::format("one of {}", fmt::join(choices, ", "));
}

}  // namespace

void fail_at(const YAML::Node& node, const Origin& origin, const std::string& message) {
  auto what = message;
  std::ranges::replace(what, '\n', ' ');  // quoted text may hold some; an error is one line
  if (node.Mark().is_null()) {
    const auto& overrides = origin.overrides;
    const auto blamed = std::find_if(overrides.rbegin(), overrides.rend(), [&](const std::string& path) {
      return holds(path, origin.path) || holds(origin.path, path);
    });
    if (blamed != overrides.rend()) throw InputError(fmt::format("--set {}: {}", *blamed, what));
  }
  fail_at(node, origin.source, what);
}

std::string describe(const YAML::Node& node) {
  if (node.IsScalar()) return fmt::format("'{}'", node.Scalar());
  if (node.IsSequence()) return "a list";
  return node.IsMap() ? "a map" : "nothing";
}

Fields::Fields(const YAML::Node& map, Origin origin, std::vector<std::string> keys)
    : map_(map), origin_(std::move(origin)), keys_(std::move(keys)) {
  if (!map_.IsMap()) fail_at(map_, origin_, fmt::format("expected a map with the keys {}", fmt::join(keys_, ", ")));
  std::set<std::string> seen;
  for (const auto& entry : map_) {
    const auto& key = entry.first;
    if (!key.IsScalar()) fail_at(key, origin_, fmt::format("a key is {}; expected {}", describe(key), one_of(keys_)));
    const auto& name = key.Scalar();
    if (std::ranges::find(keys_, name) == keys_.end())
      fail_at(key, this->origin(name), fmt::format("unknown key '{}'; expected {}", name, one_of(keys_)));
    if (!seen.insert(name).second)
      fail_at(key, this->origin(name), fmt::format("key '{}' is here twice; expected it once", name));
  }
}

bool Fields::has(std::string_view key) const {
  return std::ranges::any_of(map_, [&](const auto& entry) { return entry.first.Scalar() == key; });
}

std::pair<YAML::Node, YAML::Node> Fields::entry(std::string_view key) const {
  for (const auto& item : map_) {
    if (item.first.Scalar() == key) return {item.first, item.second};
  }
  const auto inside = origin_.path.empty() ? "" : fmt::format(" in {}", origin_.path);
  fail_at(map_, origin_, fmt::format("missing key '{}'{}; expected the keys {}", key, inside, fmt::join(keys_, ", ")));
}

YAML::Node Fields::node(std::string_view key) const {
  return entry(key).second;
}

Origin Fields::origin(std::string_view key) const {
  auto result = origin_;
  if (!result.path.empty()) result.path += '.';
  result.path += key;
  return result;
}

std::string Fields::word(std::string_view key) const {
  auto result = text(key);
  if (!is_word(result)) fail(key, "a name of letters, digits, - and _ that begins with a letter or digit");
  return result;
}

std::string Fields::text(std::string_view key) const {
  const auto value = node(key);
  if (!value.IsScalar()) fail(key, "a single word");
  return value.Scalar();
}

std::string Fields::choice(std::string_view key, const std::vector<std::string>& choices) const {
  const auto value = node(key);
  if (!value.IsScalar() || std::ranges::find(choices, value.Scalar()) == choices.end()) fail(key, one_of(choices));
  return value.Scalar();
}

std::uint64_t Fields::whole(std::string_view key, std::uint64_t min, std::uint64_t max) const {
  const auto value = parse<std::uint64_t>(node(key));
  if (!value || *value < min || *value > max) fail(key, fmt::format("a whole number from {} to {}", min, max));
  return *value;
}

double Fields::number(std::string_view key, double min, double max, const std::string& expected) const {
  const auto value = parse<double>(node(key));
  if (!value || !(*value >= min && *value <= max))
    fail(key, expected.empty() ? fmt::format("a number from {} to {}", min, max) : expected);
  return *value;
}

bool Fields::truth(std::string_view key) const {
  return choice(key, {"true", "false"}) == "true";
}

std::vector<std::string> Fields::words(std::string_view key, const std::vector<std::string>& choices) const {
  const auto list = node(key);
  if (!list.IsSequence() || list.size() == 0) fail(key, fmt::format("a list in brackets, each {}", one_of(choices)));
  std::vector<std::string> result;
  for (const auto& item : list) {
    if (!item.IsScalar() || std::ranges::find(choices, item.Scalar()) == choices.end())
      fail_at(item, origin(key), fmt::format("{} has {}; expected {}", key, describe(item), one_of(choices)));
    if (std::ranges::find(result, item.Scalar()) != result.end())
      fail_at(item, origin(key), fmt::format("{} has '{}' twice; expected it once", key, item.Scalar()));
    result.push_back(item.Scalar());
  }
  return result;
}

Fields Fields::map(std::string_view key, std::vector<std::string> keys) const {
  if (!node(key).IsMap()) fail(key, fmt::format("a map with the keys {}", fmt::join(keys, ", ")));
  return {node(key), origin(key), std::move(keys)};
}

void Fields::fail(std::string_view key, const std::string& expected) const {
  const auto [name, value] = entry(key);
  // The mark of a value left out is where the next token is.
  const bool left_out = value.IsNull() && !value.Mark().is_null();
  fail_at(left_out ? name : value, origin(key), fmt::format("{} is {}; expected {}", key, describe(value), expected));
}

}  // namespace exogene

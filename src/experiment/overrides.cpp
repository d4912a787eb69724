#include "experiment/overrides.hpp"

#include <fmt/format.h>

#include <sstream>

#include "experiment/fields.hpp"

namespace exogene {
namespace {

constexpr int deepest = 32;  // an alias can make a node contain itself

YAML::Node without_marks(const YAML::Node& node, const std::string& path, int depth = 0) {
  if (depth > deepest) throw InputError(fmt::format("--set {}: nested too deeply", path));
  if (node.IsScalar()) return YAML::Node(node.Scalar());
  YAML::Node result(node.Type());
  if (node.IsSequence()) {
    for (const auto& item : node) result.push_back(without_marks(item, path, depth + 1));
  } else if (node.IsMap()) {
    for (const auto& entry : node)
      result.force_insert(without_marks(entry.first, path, depth + 1), without_marks(entry.second, path, depth + 1));
  }
  return result;
}

std::vector<std::string> split(const std::string& path, const std::string& override_text) {
  std::vector<std::string> keys;
  std::istringstream parts(path + '.');
  for (std::string key; std::getline(parts, key, '.');) {
    if (key.empty())
      throw InputError(fmt::format("--set {}: an empty key; expected e.g. search.generations=5", override_text));
    keys.push_back(key);
  }
  return keys;
}

YAML::Node find(const YAML::Node& map, const std::string& key) {
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

// `parent` goes by value: assigning to a YAML::Node would change the tree instead.
void set(YAML::Node parent, const std::vector<std::string>& keys, std::size_t depth, const YAML::Node& value,
         const std::string& path) {
  const auto& key = keys[depth];
  if (depth + 1 == keys.size()) {
    parent[key] = value;
    return;
  }
  auto child = find(parent, key);
  if (!child.IsDefined() || child.IsNull()) {
    child = YAML::Node(YAML::NodeType::Map);
    parent[key] = child;
  }
  if (!child.IsMap())
    throw InputError(fmt::format("--set {}: {} is {}, which has no keys to set; expected {}=VALUE for all of it", path,
                                 key, describe(child), key));
  set(child, keys, depth + 1, value, path);
}

class FlowWriter {
 public:
  explicit FlowWriter(std::string_view source) : source_(source) {}

  void write(const YAML::Node& node, int depth = 0) {
    if (depth > deepest) fail_at(node, source_, "nested too deeply; expected a genome");
    for (; line_ < node.Mark().line; ++line_) text_ += '\n';
    if (node.IsScalar()) {
      YAML::Emitter scalar;
      scalar << YAML::DoubleQuoted << node.Scalar();
      text_ += scalar.c_str();
    } else if (node.IsSequence()) {
      text_ += '[';
      for (const auto& item : node) {
        write(item, depth + 1);
        text_ += ", ";
      }
      text_ += ']';
    } else if (node.IsMap()) {
      text_ += '{';
      for (const auto& entry : node) {
        write(entry.first, depth + 1);
        text_ += ": ";
        write(entry.second, depth + 1);
        text_ += ", ";
      }
      text_ += '}';
    } else {
      text_ += '~';
    }
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string_view source_;
  std::string text_;
  int line_ = 0;
};

}  // namespace

std::vector<std::string> apply_overrides(const YAML::Node& root, const std::vector<std::string>& overrides) {
  std::vector<std::string> paths;
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw InputError(fmt::format("--set {}: no '='; expected KEY=VALUE, e.g. search.generations=5", text));
    const auto path = text.substr(0, equals);
    const auto keys = split(path, text);
    const auto value = parse_yaml(text.substr(equals + 1), "--set " + path);
    set(root, keys, 0, without_marks(value, path), path);
    paths.push_back(path);
  }
  return paths;
}

std::string flow_text(const YAML::Node& node, std::string_view source) {
  FlowWriter writer(source);
  writer.write(node);
  return std::move(writer).text();
}

}  // namespace exogene

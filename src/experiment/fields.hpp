#pragma once
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "genome/yaml.hpp"

namespace exogene {

/// Where YAML was written, for error lines.
struct Origin {
  std::string source{};                  ///< name of the file
  std::vector<std::string> overrides{};  ///< key paths set on the command line; their nodes carry no mark
  std::string path{};                    ///< keys that lead from the root to here, joined by dots
};

/// Throws InputError `source:line: what`, or `--set path: what` for a node that an override at or around
/// `origin.path` put there.
[[noreturn]] void fail_at(const YAML::Node& node, const Origin& origin, const std::string& what);

/// The node as an error line quotes it: `'text'`, `a list`, `a map` or `nothing`.
std::string describe(const YAML::Node& node);

/// One YAML map, read key by key. Everything throws InputError that says where, what is wrong and what would be right.
/// Asking for a key that is not there is an error that names it; `has` tells whether an optional one is.
class Fields {
 public:
  /// Refuses what is not a map, keys other than `keys`, and keys given twice.
  Fields(const YAML::Node& map, Origin origin, std::vector<std::string> keys);

  [[nodiscard]] bool has(std::string_view key) const;
  /// The key's value, of any type.
  [[nodiscard]] YAML::Node node(std::string_view key) const;
  [[nodiscard]] Origin origin(std::string_view key) const;

  /// A name: letters, digits, - and _, the first a letter or digit.
  [[nodiscard]] std::string word(std::string_view key) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string choice(std::string_view key, const std::vector<std::string>& choices) const;
  [[nodiscard]] std::uint64_t whole(std::string_view key, std::uint64_t min, std::uint64_t max) const;
  /// A finite number; `expected` says which ones when `from MIN to MAX` would be unclear.
  [[nodiscard]] double number(std::string_view key, double min, double max, const std::string& expected = {}) const;
  [[nodiscard]] bool truth(std::string_view key) const;
  /// One or more different words of `choices`, in the order given.
  [[nodiscard]] std::vector<std::string> words(std::string_view key, const std::vector<std::string>& choices) const;
  [[nodiscard]] Fields map(std::string_view key, std::vector<std::string> keys) const;

  /// Throws `key is VALUE; expected WHAT` at the key's value.
  [[noreturn]] void fail(std::string_view key, const std::string& expected) const;

 private:
  /// The nodes of the key and of its value.
  [[nodiscard]] std::pair<YAML::Node, YAML::Node> entry(std::string_view key) const;

  YAML::Node map_;
  Origin origin_;
  std::vector<std::string> keys_;
};

}  // namespace exogene

#pragma once
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace exogene {

/// Input that a person wrote and can mend: the message is one line, `where: what is wrong; what would be right`.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws InputError `source:line: what`, the line being that of `node` when it has one.
[[noreturn]] void fail_at(const YAML::Node& node, std::string_view source, const std::string& what);

/// The YAML document in `text`; InputError names `source` and the line when it does not parse.
YAML::Node parse_yaml(const std::string& text, std::string_view source);

/// The whole file; InputError when it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace exogene

#include "genome/yaml.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace exogene {

void fail_at(const YAML::Node& node, std::string_view source, const std::string& what) {
  const int line = node.IsDefined() ? node.Mark().line : -1;
  throw InputError(line < 0 ? fmt::format("{}: {}", source, what) : fmt::format("{}:{}: {}", source, line + 1, what));
}

YAML::Node parse_yaml(const std::string& text, std::string_view source) {
  try {
    return YAML::Load(text);
  } catch (const YAML::ParserException& error) {
    throw InputError(fmt::format("{}:{}: not YAML: {}", source, error.mark.line + 1, error.msg));
  }
}

std::string read_text(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw InputError(path.string() + ": a directory, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path.string() + ": cannot be read; give the path of a readable file");
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace exogene

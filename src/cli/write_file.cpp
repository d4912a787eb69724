#include "cli/write_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "cli/print.hpp"
#include "genome/yaml.hpp"
#include "history/files.hpp"

namespace exogene::cli {

void write_file(const std::string& text, const std::filesystem::path& path) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  TemporaryFile file(path.string() + ".part");
  std::ofstream stream(file.path(), std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw InputError(path.string() + ": cannot be written; name a file in a folder that can");
  file.move_to(path);
  fmt::print("{}\n", typed(path));
}

}  // namespace exogene::cli

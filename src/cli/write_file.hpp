#pragma once
#include <filesystem>
#include <string>

namespace exogene::cli {

/// Writes a file, whole or not at all, and prints its path; to standard output when the path is empty. Throws
/// InputError when it cannot.
void write_file(const std::string& text, const std::filesystem::path& path);

}  // namespace exogene::cli

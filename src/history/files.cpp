#include "history/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "history/error.hpp"

namespace exogene {
namespace {

void sync(const std::filesystem::path& path, int flags) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!synced) throw HistoryError(fmt::format("{}: cannot be put on the disk: {}", path.string(), strerror(error)));
}

}  // namespace

void sync_file(const std::filesystem::path& path) {
  sync(path, 0);
}

void sync_directory_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  sync(parent.empty() ? "." : parent, O_DIRECTORY);
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

void TemporaryFile::move_to(const std::filesystem::path& target) {
  sync_file(path_);
  std::error_code error;
  std::filesystem::rename(path_, target, error);
  if (error) throw HistoryError(fmt::format("{}: cannot be put in place: {}", target.string(), error.message()));
  path_.clear();
  sync_directory_of(target);
}

}  // namespace exogene

#pragma once
#include <filesystem>
#include <utility>

namespace exogene {

/// Waits until what was written to the file is on the disk. HistoryError when the disk refuses.
void sync_file(const std::filesystem::path& path);

/// Waits until the entries of the directory that holds `path` are on the disk: new files, renamed files.
void sync_directory_of(const std::filesystem::path& path);

/// A file that goes away with this object unless it was moved to its final place.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Puts the file on the disk and then, in one step, in the place of `target`.
  void move_to(const std::filesystem::path& target);

 private:
  std::filesystem::path path_;  ///< empty once moved
};

}  // namespace exogene

#pragma once
#include <cstdint>
#include <filesystem>

#include "history/error.hpp"
#include "history/run_info.hpp"
#include "search/individual.hpp"

namespace exogene {

struct History;

/// Writes the history of a run, one generation at a time. Between two calls of `append` the file is closed and any HDF5
/// program can read it; during a call, readers have to ask for SWMR. Readers never disturb the writer. For one thread.
class HistoryWriter {
 public:
  /// Makes a history without generations at `path`, whole or not at all. HistoryError when there is a file already.
  HistoryWriter(std::filesystem::path path, const RunInfo& info);

  /// Replaces the file at `path` in one step by a new one that holds just `history`, and goes on from there. What a
  /// killed run left behind is so never mended in place.
  static HistoryWriter resume(const std::filesystem::path& path, const History& history);

  /// Adds a generation; when it returns, the generation is on the disk. Generations come by number from 0, individuals
  /// by id from 0 and slot from 0; HistoryError when they do not, when another program wrote to the file, or when it
  /// cannot be written: then, as after a kill, what was committed can be read and resumed by another process.
  void append(const Generation& generation);

 private:
  struct Resumed {};
  HistoryWriter(Resumed, std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::uint64_t individuals_ = 0;  ///< committed
  std::uint64_t generations_ = 0;  ///< committed
  std::uint64_t proposals_ = 0;    ///< of those generations
};

}  // namespace exogene

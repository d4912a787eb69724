#pragma once
#include <filesystem>
#include <map>
#include <mutex>

#include "eval/evaluation.hpp"
#include "eval/proof.hpp"
#include "genome/genome.hpp"
#include "history/error.hpp"
#include "llm/proposal.hpp"

namespace exogene {

/// What a journal holds, the last of each: by the hash of the genome, and by what was asked for.
struct Journaled {
  std::map<Hash, Evaluation> evaluations;
  std::map<Hash, Proof> proofs;
  std::map<QuestionKey, Exchange> exchanges;
};

/// Evaluations, proofs and exchanges with LLMs that finished since the last generation was committed: JSON lines, so
/// that a killed run does not repeat them. All errors are HistoryErrors that name the file.
class Journal {
 public:
  /// Opens or makes the file. A last line that was cut short when a run was killed is dropped.
  explicit Journal(std::filesystem::path path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Adds a line; it is on the disk when this returns. Any number of threads may call it. Bytes of the reason that are
  /// not UTF-8 become U+FFFD.
  void append(const Hash& genome, const Evaluation& evaluation);
  void append(const Hash& genome, const Proof& proof);
  void append(const QuestionKey& question, const Exchange& exchange);

  /// Empties the journal; for when the generation is committed.
  void clear();

 private:
  void append(const std::string& line);
  void truncate(std::int64_t size);

  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t size_ = 0;  ///< bytes of whole lines
  std::mutex mutex_;
};

/// Nothing when there is no such file. A last line without its end is ignored; HistoryError `path:line: what` for any
/// other line that is not as written.
Journaled read_journal(const std::filesystem::path& path);

}  // namespace exogene

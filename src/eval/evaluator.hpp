#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/evaluation.hpp"
#include "eval/stages.hpp"

namespace exogene {

/// What compiling and simulating a C text gave, by its hash and the seed of the data. For any number of threads.
class ResultCache {
 public:
  [[nodiscard]] std::optional<Evaluation> find(const Hash& c, std::uint64_t data_seed = search_data) const;
  /// Keeps a reproducible evaluation that has C; others are not results to rely on.
  void keep(const Evaluation& evaluation, std::uint64_t data_seed = search_data);

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<Hash, std::uint64_t>, Evaluation> results_;
};

/// A folder of its own for temporary files; it goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The three stages in a row, with child processes of their own. For one thread at a time.
class Lane {
 public:
  Lane(const Task& task, ResultCache& cache);

  /// Genome -> status and metrics. A bad genome is a status; EnvironmentError is for tools that do not work at all,
  /// InputError for a user's own kernel that is none.
  Evaluation evaluate(std::span<const Gene> genes);

  /// Like evaluate, but decoded with every check of Exo, with a minute and more for a gene, and run on three sets of
  /// fresh data: the status is the first that is not ok. The metrics are those on the first set.
  Evaluation prove(std::span<const Gene> genes);

  /// Like evaluate, and the text of the simulator's timeline; empty unless it is simulated.
  std::string trace(std::span<const Gene> genes, Evaluation& evaluation);

  /// Genome -> C; empty unless the status is ok.
  std::string decode(std::span<const Gene> genes, Evaluation& evaluation) { return decode_.decode(genes, evaluation); }

  /// Genome -> a Python file of plain Exo calls that makes the C; empty unless the status is ok.
  std::string exo(std::span<const Gene> genes, Evaluation& evaluation) { return decode_.exo(genes, evaluation); }

  std::optional<Sites> sites(std::span<const Gene> genes) { return decode_.sites(genes); }
  std::optional<std::string> text(std::span<const Gene> genes) { return decode_.text(genes); }

  std::optional<std::size_t> refused(std::span<const Gene> genes) { return decode_.refused(genes); }
  std::optional<Features> features(std::span<const Gene> genes) { return decode_.features(genes); }

  /// Versions of everything that a result depends on.
  std::map<std::string, std::string> versions();

 private:
  /// Started for a user's own kernel only when its reference, the naive kernel, is known.
  SimulateStage& simulator();
  nlohmann::json own_kernel();
  /// Sets the results of a program on these data sets, one after the other until one is not ok.
  void measure(const std::string& c, std::span<const std::uint64_t> data_seeds, Evaluation& evaluation);

  const Task task_;
  ResultCache& cache_;
  TemporaryFolder folder_;
  DecodeStage decode_;
  std::optional<DecodeStage> decode_checked_;  ///< of proofs, when the task defers checks; starts with the first one
  CompileStage compile_;
  std::optional<SimulateStage> simulate_;
};

}  // namespace exogene

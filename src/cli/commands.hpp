#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace exogene::cli {

// One function a subcommand. They return the exit code and throw InputError, EnvironmentError or HistoryError.

int doctor();

struct RunOptions {
  std::filesystem::path experiment;
  std::vector<std::string> overrides;  ///< key.path=value
  std::filesystem::path output;        ///< of the history; empty for a free name in populations/
};
int run(const RunOptions& options);

struct ResumeOptions {
  std::filesystem::path history;
  std::optional<std::uint32_t> generations;  ///< how many more; else up to the number in the experiment
};
int resume(const ResumeOptions& options);

struct EvaluateOptions {
  std::filesystem::path genome;
  std::filesystem::path kernel;       ///< empty for the 128x128x128 one of the genome's kernel
  std::filesystem::path accelerator;  ///< empty for the default one
  std::string checks = "deferred";
};
int evaluate(const EvaluateOptions& options);

/// Writes the timeline of one evaluation as a Chrome / Perfetto trace.
int trace(const EvaluateOptions& options, const std::filesystem::path& output);

/// What `exogene show` can show, each with a line of help.
const std::vector<std::pair<std::string, std::string>>& views();

/// Shows one of them.
int show(const std::filesystem::path& history, const std::string& view);

struct ExportOptions {
  std::filesystem::path history;
  std::optional<std::int64_t> id;  ///< of an individual; else the best one
  std::string format;              ///< c or genome
  std::filesystem::path output;    ///< empty for standard output
};
int export_individual(const ExportOptions& options);

int compare(const std::filesystem::path& first, const std::filesystem::path& second);

int primitives();

}  // namespace exogene::cli

#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace exogene::cli {

// One function a subcommand. They return the exit code and throw InputError, EnvironmentError or HistoryError.

int doctor();

struct RunOptions {
  std::filesystem::path experiment;
  std::vector<std::string> overrides;  ///< key.path=value
  std::filesystem::path output;        ///< of the history; empty for a free name in populations/
  std::filesystem::path replay;        ///< history whose LLM replies are taken; empty to ask
};
int run(const RunOptions& options);

struct ResumeOptions {
  std::filesystem::path history;
  std::optional<std::uint32_t> generations;  ///< how many more; else up to the number in the experiment
  std::filesystem::path replay;              ///< as for run
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

int show_best(const std::filesystem::path& history);

/// What became of the questions to LLMs, by outcome and reason.
int show_proposals(const std::filesystem::path& history);

struct ExportOptions {
  std::filesystem::path history;
  std::optional<std::int64_t> id;  ///< of an individual; else the best one
  std::string format;              ///< c, genome or sft
  std::filesystem::path output;    ///< empty for standard output
};
int export_individual(const ExportOptions& options);

/// Writes the accepted proposals of LLMs as JSON lines for fine-tuning (docs/llm.md).
int export_tuning(const ExportOptions& options);

int compare(const std::filesystem::path& first, const std::filesystem::path& second);

int primitives();

}  // namespace exogene::cli

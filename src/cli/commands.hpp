#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace exogene::cli {

struct Team;

/// Does what the command line asks for; the exit code. What any process reports ends the whole team.
int command_line(int argc, char** argv, const Team& team);

// One function a subcommand. They return the exit code and throw InputError, EnvironmentError or HistoryError.

int doctor();

struct RunOptions {
  std::filesystem::path experiment;
  std::vector<std::string> overrides;  ///< key.path=value
  std::filesystem::path output;        ///< of the history; empty for a free name in populations/
  std::filesystem::path replay;        ///< history whose LLM replies are taken; empty to ask
};
int run(const RunOptions& options, const Team& team);

struct ResumeOptions {
  std::filesystem::path history;
  std::optional<std::uint32_t> generations;  ///< how many more; else up to the number in the experiment
  std::filesystem::path replay;              ///< as for run
};
int resume(const ResumeOptions& options, const Team& team);

struct EvaluateOptions {
  std::filesystem::path genome;
  std::filesystem::path kernel;       ///< empty for the 128x128x128 one of the genome's kernel
  std::filesystem::path accelerator;  ///< empty for the default one
  std::string checks = "deferred";
};
int evaluate(const EvaluateOptions& options);

/// Decodes with every check of Exo and runs on fresh data; 0 when the genome is proven.
int prove(const EvaluateOptions& options);

/// Writes the shortest genome found that makes the same C.
int minimise(const EvaluateOptions& options, const std::filesystem::path& output);

/// Writes the timeline of one evaluation as a Chrome / Perfetto trace.
int trace(const EvaluateOptions& options, const std::filesystem::path& output);

/// What `exogene show` can show, each with a line of help.
const std::vector<std::pair<std::string, std::string>>& views();

/// Shows one of them.
int show(const std::filesystem::path& history, const std::string& view);

struct ExportOptions {
  std::filesystem::path source;       ///< a history, or a genome file
  std::filesystem::path kernel;       ///< of a genome file, as for evaluate
  std::filesystem::path accelerator;  ///< likewise
  std::optional<std::int64_t> id;     ///< of an individual; else the best one
  std::string format;                 ///< c, exo, genome or sft
  std::filesystem::path output;       ///< empty for standard output
};
int export_schedule(const ExportOptions& options);

/// Writes the accepted proposals of LLMs as JSON lines for fine-tuning (docs/llm.md).
int export_tuning(const ExportOptions& options);

struct ReportOptions {
  std::vector<std::filesystem::path> histories;
  std::filesystem::path output;  ///< folder to make; an earlier report there gives way
};
/// Writes a report as HTML and PDF (docs/report.md).
int report(const ReportOptions& options);

int compare(const std::filesystem::path& first, const std::filesystem::path& second);

int primitives();

struct SampleOptions {
  EvaluateOptions of;
  std::size_t count = 100;
  std::uint64_t seed = 1;
  bool repair = true;  ///< as a search does
};
/// Mutants of a genome as a search makes them, each with its evaluation: a line of JSON each.
int mutants(const SampleOptions& options);

/// Genes of every kind that fit the schedule of a genome, as a search draws them: one a line.
int draws(const SampleOptions& options);

}  // namespace exogene::cli

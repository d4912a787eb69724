#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genome/genome.hpp"

namespace exogene {

/// How an evaluation ended. The order is that of histories on disk.
enum class Status {
  ok,
  decode_failed,        ///< Exo refused a gene
  codegen_failed,       ///< Exo could not make C of the schedule
  compile_failed,       ///< gcc refused the C or met a limit
  capacity_exceeded,    ///< buffers alive together need more rows than a memory has
  invalid_on_hardware,  ///< Gemmini would stop, hang, or behave as its manual does not say
  wrong_result,         ///< outputs differ from the golden ones
  timeout,              ///< a limit of instructions or of time
  crashed,              ///< a trap in the kernel, or the death of a stage's process
  not_proven,           ///< right, but the experiment requires a proof and it failed
};

/// Names of all statuses, indexed by Status.
const std::vector<std::string>& status_names();
std::string_view to_string(Status status);

/// Names of all metrics, in the order of Evaluation::metrics (design: Metrics; counts of one call of the kernel).
const std::vector<std::string>& metric_names();

/// Of a metric's place in metric_names(): only of utilisation, which is in millionths of all that the array could do.
bool more_is_better(std::size_t metric);

/// Wall-clock seconds of each stage; 0 for a stage that was not reached or whose result was known.
struct StageSeconds {
  double decode = 0;
  double compile = 0;
  double simulate = 0;
};

/// Genome -> status and metrics. Where an experiment has several cases, kernels on accelerators, the status is the
/// first that is not ok; C, introns and metrics are those of the first case.
struct Evaluation {
  Status status = Status::crashed;
  std::string reason;                  ///< one line; empty when ok
  std::int64_t failed_gene = -1;       ///< decode_failed: index of the refused gene, from 0
  std::vector<std::int64_t> introns;   ///< indices of genes that addressed nothing living and were skipped
  Hash c_hash;                         ///< of the generated C; zero when there is none
  std::vector<std::uint64_t> metrics;  ///< as metric_names() when ok or not_proven, else empty
  bool reproducible = true;            ///< false when a wall-clock deadline decided
  StageSeconds seconds;
  std::vector<std::vector<std::uint64_t>> cases{};  ///< metrics of every case but the first when ok, else empty
};

/// The metric of an evaluation that is ok; where there are several cases, the product over them, 0 counting as 1. It
/// orders evaluations as the geometric mean of the ratios to any one of them does.
double score(const Evaluation& evaluation, std::size_t metric);

/// Likewise, but the geometric mean over the cases, which is in the unit of the metric.
double mean_score(const Evaluation& evaluation, std::size_t metric);

}  // namespace exogene

#include "eval/evaluation.hpp"

#include <algorithm>
#include <cmath>

namespace exogene {

const std::vector<std::string>& status_names() {
  static const std::vector<std::string> names{
      "ok",           "decode_failed", "codegen_failed", "compile_failed", "capacity_exceeded", "invalid_on_hardware",
      "wrong_result", "timeout",       "crashed",        "not_proven"};
  return names;
}

std::string_view to_string(Status status) {
  return status_names()[static_cast<std::size_t>(status)];
}

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> names{"instructions",
                                              "scalar_loads",
                                              "scalar_stores",
                                              "rocc_commands",
                                              "config_ex",
                                              "config_ld",
                                              "config_st",
                                              "mvin",
                                              "mvin2",
                                              "mvin3",
                                              "mvout",
                                              "preload",
                                              "compute_preloaded",
                                              "compute_accumulated",
                                              "flush",
                                              "dma_read_bytes",
                                              "dma_write_bytes",
                                              "dma_read_requests",
                                              "dma_write_requests",
                                              "argument_read_bytes",
                                              "argument_write_bytes",
                                              "dram_read_bytes",
                                              "dram_write_bytes",
                                              "dram_bytes",
                                              "scratchpad_rows_used",
                                              "accumulator_rows_used",
                                              "macs",
                                              "memory_accesses",
                                              "cycles",
                                              "cycles_array",
                                              "cycles_dma",
                                              "cycles_bank",
                                              "cycles_host",
                                              "cycles_stores",
                                              "cycles_configuration",
                                              "utilisation"};
  return names;
}

bool more_is_better(std::size_t metric) {
  return metric_names()[metric] == "utilisation";
}

double score(const Evaluation& evaluation, std::size_t metric) {
  auto result = static_cast<double>(evaluation.metrics[metric]);
  if (evaluation.cases.empty()) return result;
  result = std::max(result, 1.0);
  for (const auto& metrics : evaluation.cases) result *= std::max(static_cast<double>(metrics[metric]), 1.0);
  return result;
}

double mean_score(const Evaluation& evaluation, std::size_t metric) {
  const auto product = score(evaluation, metric);
  return evaluation.cases.empty() ? product : std::pow(product, 1 / static_cast<double>(1 + evaluation.cases.size()));
}

}  // namespace exogene

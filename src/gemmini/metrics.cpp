#include "gemmini/metrics.hpp"

#include <numeric>
#include <tuple>
#include <utility>

namespace exogene::gemmini {
namespace {

constexpr std::pair<const char*, Kind> command_metrics[] = {
    {"config_ex", Kind::config_ex},
    {"config_ld", Kind::config_ld},
    {"config_st", Kind::config_st},
    {"mvin", Kind::mvin},
    {"mvin2", Kind::mvin2},
    {"mvin3", Kind::mvin3},
    {"mvout", Kind::mvout},
    {"preload", Kind::preload},
    {"compute_preloaded", Kind::compute_preloaded},
    {"compute_accumulated", Kind::compute_accumulated},
    {"flush", Kind::flush},
};

}  // namespace

nlohmann::ordered_json metrics(const KernelRun& run, std::uint32_t dim) {
  const auto& [host, accelerator] = std::tie(run.host, run.accelerator);
  const auto& commands = accelerator.commands;
  nlohmann::ordered_json result;
  result["instructions"] = host.instructions;
  result["scalar_loads"] = host.loads;
  result["scalar_stores"] = host.stores;
  result["rocc_commands"] = accelerator.from_program;
  for (const auto& [name, kind] : command_metrics) result[name] = commands[static_cast<std::size_t>(kind)];
  result["dma_read_bytes"] = accelerator.dma_read_bytes;
  result["dma_write_bytes"] = accelerator.dma_write_bytes;
  result["dma_read_requests"] = accelerator.dma_read_requests;
  result["dma_write_requests"] = accelerator.dma_write_requests;
  result["argument_read_bytes"] = host.argument_read_bytes;
  result["argument_write_bytes"] = host.argument_write_bytes;
  const std::uint64_t read = accelerator.dma_read_bytes + host.argument_read_bytes;
  const std::uint64_t written = accelerator.dma_write_bytes + host.argument_write_bytes;
  result["dram_read_bytes"] = read;
  result["dram_write_bytes"] = written;
  result["dram_bytes"] = read + written;
  result["scratchpad_rows_used"] = run.scratchpad_rows_used;
  result["accumulator_rows_used"] = run.accumulator_rows_used;
  result["macs"] = accelerator.macs;
  result["memory_accesses"] = host.loads + host.stores + accelerator.dma_read_requests + accelerator.dma_write_requests;
  if (!run.cycles.empty()) {
    result["cycles"] = run.cycles.front();
    for (std::size_t i = 0; i < Breakdown::names.size(); ++i)
      result[std::string("cycles_") + Breakdown::names[i]] = run.breakdown.cycles[i];
    const std::uint64_t most = std::uint64_t{dim} * dim * run.cycles.front();
    result["utilisation"] = most == 0 ? 0 : accelerator.macs * 1'000'000 / most;
  }
  return result;
}

}  // namespace exogene::gemmini

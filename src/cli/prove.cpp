#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/single.hpp"
#include "eval/proof.hpp"

namespace exogene::cli {

int prove(const EvaluateOptions& options) {
  auto [alphabet, task, genome] = read_single(options);
  task.checks = Checks::always;
  task.gene_seconds = proof_gene_seconds;
  ResultCache cache;
  Lane lane(task, cache);
  const auto versions = lane.versions();
  const auto proving = lane.prove(genome.genes);
  const auto proof = proof_of(proving, genome.genes);

  fmt::print("{} for {} on {}\n\n", options.genome.string(), task.kernel.name, task.accelerator.name);
  print_line("verdict", to_string(proof.verdict));
  if (!proof.reason.empty()) print_note("reason", proof.reason);
  for (const auto intron : proving.introns) print_note("skipped gene", numbered(genome, intron));
  if (proof.verdict == Verdict::proven) {
    print_note("schedule", fmt::format("every check of Exo allows its {} genes", genome.genes.size()));
    print_note("program", fmt::format("right on {} fresh data sets", fresh_data.size()));
    for (const auto* name : {"instructions", "dram_bytes", "cycles"}) {
      const auto metric = static_cast<std::size_t>(std::ranges::find(metric_names(), name) - metric_names().begin());
      print_line(name, shown(metric, proving.metrics[metric]));
    }
  }
  print_costs(proving.seconds, versions);
  return proof.verdict == Verdict::proven ? 0 : 1;
}

}  // namespace exogene::cli

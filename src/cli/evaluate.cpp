#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/single.hpp"

namespace exogene::cli {
int evaluate(const EvaluateOptions& options) {
  const auto [alphabet, task, genome] = read_single(options);
  ResultCache cache;
  Lane lane(task, cache);
  const auto versions = lane.versions();  // starts the children: that is no part of the evaluation
  const auto evaluation = lane.evaluate(genome.genes);

  fmt::print("{} for {} on {}\n\n", options.genome.string(), task.kernel.name, task.accelerator.name);
  print_line("status", to_string(evaluation.status));
  if (!evaluation.reason.empty()) print_note("reason", evaluation.reason);
  if (evaluation.failed_gene >= 0) print_note("gene", numbered(genome, evaluation.failed_gene));
  for (const auto intron : evaluation.introns) print_note("skipped gene", numbered(genome, intron));
  for (std::size_t i = 0; i < evaluation.metrics.size(); ++i)
    print_line(metric_names()[i], shown(i, evaluation.metrics[i]));
  print_costs(evaluation.seconds, versions);
  return evaluation.status == Status::ok ? 0 : 1;
}

}  // namespace exogene::cli

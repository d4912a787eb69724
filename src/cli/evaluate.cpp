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

  const auto line = [](std::string_view name, std::string_view value) { fmt::print("{:<22}{:>16}\n", name, value); };
  fmt::print("{} for {} on {}\n\n", options.genome.string(), task.kernel.name, task.accelerator.name);
  line("status", to_string(evaluation.status));
  if (!evaluation.reason.empty()) fmt::print("{:<22}{}\n", "reason", evaluation.reason);
  if (evaluation.failed_gene >= 0)
    fmt::print("{:<22}{} ({})\n", "gene", evaluation.failed_gene,
               to_text(genome.genes.at(static_cast<std::size_t>(evaluation.failed_gene))));
  for (const auto intron : evaluation.introns)
    fmt::print("{:<22}{} ({})\n", "skipped gene", intron, to_text(genome.genes.at(static_cast<std::size_t>(intron))));
  for (std::size_t i = 0; i < evaluation.metrics.size(); ++i) line(metric_names()[i], shown(i, evaluation.metrics[i]));
  fmt::print("\n");
  for (const auto& [name, seconds] : {std::pair<const char*, double>{"decode", evaluation.seconds.decode},
                                      {"compile", evaluation.seconds.compile},
                                      {"simulate", evaluation.seconds.simulate}})
    line(name, fmt::format("{:.3f} s", seconds));
  fmt::print("\n");
  for (const auto& [name, version] : versions) fmt::print("{:<22}{}\n", name, version);
  return evaluation.status == Status::ok ? 0 : 1;
}

}  // namespace exogene::cli

#include "search/minimise.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/single.hpp"
#include "cli/write_file.hpp"

namespace exogene::cli {

int minimise(const EvaluateOptions& options, const std::filesystem::path& output) {
  const auto [alphabet, task, genome] = read_single(options);
  ResultCache cache;
  Lane lane(task, cache);
  Evaluation evaluation;
  const auto c = lane.decode(genome.genes, evaluation);
  if (evaluation.status != Status::ok) {
    fmt::print(stderr, "exogene: {} makes no C: {}: {}\n", options.genome.string(), to_string(evaluation.status),
               evaluation.reason);
    return 1;
  }
  const auto program = [&lane](std::span<const Gene> genes) -> std::optional<Hash> {
    Evaluation attempt;
    const auto made = lane.decode(genes, attempt);
    return attempt.status == Status::ok ? std::optional(hash(std::string_view(made))) : std::nullopt;
  };
  const Genome least{genome.kernel, exogene::minimise(genome.genes, evaluation.introns, program)};
  const auto [high, low] = hash(std::string_view(c));
  write_file(fmt::format("# {} of {} genes make the same C, {:016x}{:016x}\n{}", least.genes.size(),
                         genome.genes.size(), high, low, to_text(least)),
             output);
  return 0;
}

}  // namespace exogene::cli

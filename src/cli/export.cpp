#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "cli/single.hpp"
#include "cli/write_file.hpp"
#include "eval/proof.hpp"
#include "genome/yaml.hpp"
#include "search/proof.hpp"

namespace exogene::cli {
namespace {

/// What is to be exported: `measured` is the hash of the C that the history is about.
struct Subject {
  Task task;
  Genome genome;
  std::string name;
  std::optional<Hash> measured;
};

/// Its C or its Exo calls.
std::string code_of(const Subject& subject, const std::string& format) {
  check(subject.task.tools);
  auto task = subject.task;
  task.gene_seconds = proof_gene_seconds;  // nobody waits for the next
  ResultCache cache;
  Lane lane(task, cache);
  Evaluation evaluation;
  const auto c = lane.decode(subject.genome.genes, evaluation);
  if (evaluation.status == Status::ok && subject.measured && hash(std::string_view(c)) != *subject.measured)
    throw HistoryError(fmt::format(
        "{}: its C is not what it was; the history is of another version of Exo or of this program", subject.name));
  auto exo = format == "exo" && evaluation.status == Status::ok ? lane.exo(subject.genome.genes, evaluation) : "";
  if (evaluation.status != Status::ok)
    throw HistoryError(
        fmt::format("{} has no {}: {}: {}", subject.name, format, to_string(evaluation.status), evaluation.reason));
  return format == "exo" ? exo : c;
}

Subject recorded_subject(const ExportOptions& options, const Alphabet& alphabet) {
  auto recorded = read_recorded(options.source, alphabet);
  const auto& lineage = recorded.lineage;
  if (lineage.population().empty())
    throw HistoryError(options.source.string() + ": no generation is complete yet; resume the run");
  const auto id = options.id.value_or(reported(lineage, objectives(recorded.experiment.objectives)).id);
  if (id < 0 || id >= lineage.size())
    throw InputError(fmt::format("--id is {}; expected one from 0 to {}", id, lineage.size() - 1));
  return {task_of(recorded.experiment), lineage[id].genome, fmt::format("individual {}", id),
          lineage[id].evaluation.c_hash};
}

}  // namespace

int export_schedule(const ExportOptions& options) {
  const auto write = [&](const Subject& subject) {
    write_file(options.format == "genome" ? to_text(subject.genome) : code_of(subject, options.format), options.output);
  };
  const bool is_genome = options.source.extension() == ".yaml" || options.source.extension() == ".yml";
  if (!is_genome && !(options.kernel.empty() && options.accelerator.empty()))
    throw InputError(options.source.string() +
                     ": a history has its own kernel and accelerator; expected a genome file");
  if (is_genome && options.id)
    throw InputError(options.source.string() + ": a genome file has no individuals; expected a history with --id");
  if (is_genome) {
    const auto single = read_single({options.source, options.kernel, options.accelerator});
    write({single.task, single.genome, options.source.string(), std::nullopt});
  } else {
    const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
    write(recorded_subject(options, alphabet));
  }
  return 0;
}

}  // namespace exogene::cli

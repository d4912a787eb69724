#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "cli/write_file.hpp"
#include "genome/yaml.hpp"
#include "search/proof.hpp"

namespace exogene::cli {
namespace {

std::string c_of(const Individual& individual, const Experiment& experiment) {
  const auto task = task_of(experiment);
  check(task.tools);
  ResultCache cache;
  Lane lane(task, cache);
  Evaluation evaluation;
  auto c = lane.decode(individual.genome.genes, evaluation);
  if (evaluation.status != Status::ok)
    throw HistoryError(
        fmt::format("individual {} has no C: {}: {}", individual.id, to_string(evaluation.status), evaluation.reason));
  if (hash(std::string_view(c)) != individual.evaluation.c_hash)
    throw HistoryError(fmt::format(
        "individual {}: its C is not what it was; the history is of another version of Exo or of this program",
        individual.id));
  return c;
}

}  // namespace

int export_individual(const ExportOptions& options) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  const auto recorded = read_recorded(options.history, alphabet);
  const auto& lineage = recorded.lineage;
  if (lineage.population().empty())
    throw HistoryError(options.history.string() + ": no generation is complete yet; resume the run");
  const auto id = options.id.value_or(reported(lineage, objectives(recorded.experiment.objectives)).id);
  if (id < 0 || id >= lineage.size())
    throw InputError(fmt::format("--id is {}; expected one from 0 to {}", id, lineage.size() - 1));
  write_file(options.format == "c" ? c_of(lineage[id], recorded.experiment) : to_text(lineage[id].genome),
             options.output);
  return 0;
}

}  // namespace exogene::cli

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "cli/searching.hpp"
#include "genome/yaml.hpp"
#include "history/files.hpp"

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

void write(const std::string& text, const std::filesystem::path& path) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  TemporaryFile file(path.string() + ".part");
  std::ofstream stream(file.path(), std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw InputError(path.string() + ": cannot be written; name a file in a folder that can");
  file.move_to(path);
  fmt::print("{}\n", typed(path));
}

}  // namespace

int export_individual(const ExportOptions& options) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  const auto recorded = read_recorded(options.history, alphabet);
  const auto& lineage = recorded.lineage;
  if (lineage.population().empty())
    throw HistoryError(options.history.string() + ": no generation is complete yet; resume the run");
  const auto id = options.id.value_or(lineage.population().front());
  if (id < 0 || id >= lineage.size())
    throw InputError(fmt::format("--id is {}; expected one from 0 to {}", id, lineage.size() - 1));
  write(options.format == "c" ? c_of(lineage[id], recorded.experiment) : to_text(lineage[id].genome), options.output);
  return 0;
}

}  // namespace exogene::cli

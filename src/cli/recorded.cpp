#include "cli/recorded.hpp"

#include "eval/evaluation.hpp"
#include "genome/yaml.hpp"

namespace exogene::cli {
namespace {

Experiment read_experiment(const History& history, const std::filesystem::path& path, const Alphabet& alphabet) {
  try {
    return parse_experiment(history.info.experiment, path.string() + " (its experiment)", alphabet, metric_names());
  } catch (const InputError& error) {  // nobody typed it: the file is damaged
    throw HistoryError(error.what());
  }
}

}  // namespace

Recorded read_recorded(const std::filesystem::path& path, const Alphabet& alphabet) {
  auto history = read_history(path, alphabet);
  auto experiment = read_experiment(history, path, alphabet);
  Lineage lineage(objectives(experiment.objectives));
  const auto slices = births(history);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    auto generation = history.generations[i];
    for (auto id = slices[i].first; id < slices[i].last; ++id) generation.born.push_back(history.individuals[id]);
    lineage.add(generation);
  }
  return {std::move(history), std::move(experiment), std::move(lineage)};
}

}  // namespace exogene::cli

#include "search/algorithm.hpp"

#include "search/gain.hpp"
#include "search/generational.hpp"
#include "search/hill_climbing.hpp"
#include "search/llm_only.hpp"
#include "search/mcts.hpp"
#include "search/random_search.hpp"
#include "search/steady.hpp"

namespace exogene {

const std::map<std::string, Algorithm>& algorithms() {
  static const std::map<std::string, Algorithm> all{
      {"generational", generational},   {"steady", steady}, {"random", random_search},
      {"hill_climbing", hill_climbing}, {"mcts", mcts},     {"llm_only", llm_only},
  };
  return all;
}

std::optional<Generation> next_generation(const Lineage& lineage, const Experiment& experiment,
                                          const Alphabet& alphabet, const Workbench& workbench) {
  auto generation = algorithms().at(experiment.search.algorithm)(lineage, experiment, alphabet, workbench);
  if (generation) enter_gains(*generation, lineage, experiment);
  return generation;
}

}  // namespace exogene

#include "search/algorithm.hpp"

#include "search/generational.hpp"

namespace exogene {

const std::map<std::string, Algorithm>& algorithms() {
  static const std::map<std::string, Algorithm> all{
      {"generational", generational},
  };
  return all;
}

std::optional<Generation> next_generation(const Lineage& lineage, const Experiment& experiment,
                                          const Alphabet& alphabet, const Workbench& workbench) {
  return algorithms().at(experiment.search.algorithm)(lineage, experiment, alphabet, workbench);
}

}  // namespace exogene

#include "search/generational.hpp"

#include <algorithm>

#include "search/breeding.hpp"
#include "search/evaluated.hpp"

namespace exogene {

std::optional<Generation> generational(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                       const Workbench& workbench) {
  if (lineage.generations() == 0) return first_population(lineage, experiment, alphabet, workbench);
  const auto& search = experiment.search;
  const auto propose = breeding({}, lineage, experiment, alphabet, workbench);
  auto generation =
      evaluated(Nursery(lineage, experiment, workbench).born({}, search.population - search.elites, propose), lineage,
                experiment, workbench);
  if (!generation) return std::nullopt;
  auto living = lineage.population();
  living.resize(std::min<std::size_t>(living.size(), search.elites));
  generation->population = lineage.ranked(std::move(living), generation->born);
  return generation;
}

}  // namespace exogene

#include "search/tally.hpp"

#include <algorithm>

#include "search/gain.hpp"
#include "search/operator_choice.hpp"

namespace exogene {

std::vector<Tally> tallies(const Lineage& lineage, const Experiment& experiment) {
  std::vector<Tally> result;
  if (experiment.search.algorithm == "generational" || experiment.search.algorithm == "steady") {
    const auto shares = operator_shares(lineage, experiment);
    for (std::size_t i = 0; i < shares.names.size(); ++i) {
      result.emplace_back().name = shares.names[i];
      result.back().probability = shares.probabilities[i];
    }
  }
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& child = lineage[id];
    auto tally = std::ranges::find(result, child.operation, &Tally::name);
    if (tally == result.end()) {
      result.emplace_back().name = child.operation;
      tally = result.end() - 1;
    }
    const bool is_new = lineage.find(child.hash) == id;
    const auto gained = gain(child, lineage, experiment);
    ++tally->proposals;
    tally->retries += child.retries;
    tally->known += is_new ? 0 : 1;
    tally->right += is_new && child.evaluation.status == Status::ok ? 1 : 0;
    tally->improved += gained > 0 ? 1 : 0;
    tally->gain += gained;
  }
  return result;
}

}  // namespace exogene

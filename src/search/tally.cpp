#include "search/tally.hpp"

#include <algorithm>

#include "experiment/search.hpp"

namespace exogene {

std::vector<Tally> tallies(const Lineage& lineage, const std::vector<double>& probabilities) {
  std::vector<Tally> result;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] == 0) continue;
    result.emplace_back().name = operator_names()[i];
    result.back().probability = probabilities[i];
  }
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& child = lineage[id];
    auto tally = std::ranges::find(result, child.operation, &Tally::name);
    if (tally == result.end()) {
      result.emplace_back().name = child.operation;
      tally = result.end() - 1;
    }
    const bool is_new = lineage.find(child.hash) == id;
    ++tally->proposals;
    tally->retries += child.retries;
    tally->known += is_new ? 0 : 1;
    tally->right += is_new && child.evaluation.status == Status::ok ? 1 : 0;
    tally->improved += child.gain > 0 ? 1 : 0;
    tally->gain += child.gain;
  }
  return result;
}

}  // namespace exogene

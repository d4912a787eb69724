#include "search/operator_choice.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include "operators/mutation.hpp"
#include "operators/pursuit.hpp"

namespace exogene {
namespace {

constexpr std::size_t window = 50;

std::vector<std::pair<std::string, double>> weights_of(const Search& search) {
  if (search.operators) return search.operators->weights;
  std::vector<std::pair<std::string, double>> result;
  for (const auto& [mutation, share] : mutation_shares)
    result.emplace_back(to_string(mutation), static_cast<double>(share));
  return result;
}

/// Before anything was learned.
OperatorShares first_shares(const Search& search) {
  const auto weights = search.crossover < 1 ? weights_of(search) : std::vector<std::pair<std::string, double>>{};
  double sum = 0;
  for (const auto& [name, weight] : weights) sum += weight;
  OperatorShares shares;
  for (const auto& [name, weight] : weights) {
    shares.names.push_back(name);
    shares.probabilities.push_back((1 - search.crossover) * weight / sum);
  }
  if (search.crossover > 0) {
    shares.names.emplace_back("crossover");
    shares.probabilities.push_back(search.crossover);
  }
  if (search.operators && search.operators->choice == "uniform")
    std::ranges::fill(shares.probabilities, 1.0 / static_cast<double>(shares.names.size()));
  return shares;
}

}  // namespace

OperatorShares operator_shares(const Lineage& lineage, const Experiment& experiment) {
  auto shares = first_shares(experiment.search);
  if (!experiment.search.operators || experiment.search.operators->choice != "adaptive_pursuit") return shares;
  Pursuit pursuit(shares.probabilities);
  std::vector<std::deque<double>> gains(shares.names.size());  // of the last new genomes
  const auto step = [&] {
    std::vector<std::optional<double>> rewards;
    for (const auto& recent : gains)
      rewards.push_back(recent.empty() ? std::nullopt : std::optional(*std::ranges::max_element(recent)));
    pursuit.reward(rewards);
  };
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& child = lineage[id];
    if (id > 0 && child.generation != lineage[id - 1].generation) step();
    const auto name = std::ranges::find(shares.names, child.operation);
    if (name == shares.names.end() || lineage.find(child.hash) != id) continue;
    auto& recent = gains[static_cast<std::size_t>(name - shares.names.begin())];
    recent.push_back(child.gain);
    if (recent.size() > window) recent.pop_front();
  }
  if (lineage.size() > 0) step();
  shares.probabilities = pursuit.probabilities();
  return shares;
}

}  // namespace exogene

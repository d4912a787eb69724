#include "search/surrogate.hpp"

#include <cmath>
#include <set>
#include <tuple>

#include "search/fitness.hpp"

namespace exogene {
namespace {

// The features are many and tell much the same; the programs are exact and their cycles are not noisy.
constexpr double penalty = 0.1;

std::vector<double> input_of(const Features& features) {
  std::vector<double> result;
  for (const auto feature : features) result.push_back(std::log1p(feature));
  return result;
}

}  // namespace

std::optional<SurrogateModel> SurrogateModel::learnt(const Lineage& lineage, const Experiment& experiment) {
  const auto metric = objectives(experiment.objectives)[0];
  std::vector<std::vector<double>> inputs;
  std::vector<std::vector<double>> right_inputs;
  std::vector<double> objective;
  std::vector<double> right;
  std::set<Hash> programs;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& [features, evaluation] = std::tie(lineage[id].features, lineage[id].evaluation);
    if (features.empty() || (evaluation.c_hash != Hash{} && !programs.insert(evaluation.c_hash).second)) continue;
    inputs.push_back(input_of(features));
    right.push_back(evaluation.status == Status::ok ? 1 : 0);
    if (evaluation.status != Status::ok) continue;
    right_inputs.push_back(inputs.back());
    objective.push_back(std::log1p(mean_score(evaluation, metric)));
  }
  if (objective.size() < least_right_programs) return std::nullopt;
  return SurrogateModel(Ridge(right_inputs, objective, penalty), Ridge(inputs, right, penalty));
}

Prediction SurrogateModel::predict(const Features& features) const {
  const auto input = input_of(features);
  return {std::expm1(objective_(input)), right_(input)};
}

}  // namespace exogene

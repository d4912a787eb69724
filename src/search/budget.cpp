#include "search/budget.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace exogene {
namespace {

constexpr std::uint32_t most_barren = 100;

template <class Number, class Limit>
double share(Number spent, const std::optional<Limit>& limit) {
  return limit ? static_cast<double>(spent) / static_cast<double>(*limit) : 0;
}

}  // namespace

std::uint64_t simulated_instructions(const Lineage& lineage, const Experiment& experiment) {
  return lineage.instructions() + lineage.timeouts() * experiment.limits.instructions;
}

std::optional<std::uint64_t> evaluations_left(const Lineage& lineage, const Experiment& experiment) {
  const auto& limit = experiment.budget.evaluations;
  if (!limit) return std::nullopt;
  return *limit - std::min<std::uint64_t>(*limit, lineage.genomes());
}

std::optional<std::string> reason_to_end(const Lineage& lineage, const Experiment& experiment) {
  const auto& generations = experiment.search.generations;
  const auto& budget = experiment.budget;
  if (lineage.generations() == 0) return std::nullopt;
  if (generations && lineage.generations() > *generations)
    return fmt::format("all {} generations are there", lineage.generations() - 1);
  if (evaluations_left(lineage, experiment) == 0)
    return fmt::format("the budget of {} evaluations is spent", *budget.evaluations);
  if (budget.seconds && lineage.seconds() >= *budget.seconds)
    return fmt::format("the budget of {} seconds is spent", *budget.seconds);
  if (budget.instructions && simulated_instructions(lineage, experiment) >= *budget.instructions)
    return fmt::format("the budget of {} simulated instructions is spent", *budget.instructions);
  if (!generations && lineage.barren() >= most_barren)
    return fmt::format("the last {} generations brought no new genome", lineage.barren());
  return std::nullopt;
}

double share_done(const Lineage& lineage, const Experiment& experiment) {
  const auto& budget = experiment.budget;
  const auto& generations = experiment.search.generations;
  const auto with_initial = generations ? std::optional(*generations + 1.0) : std::nullopt;
  return std::min(1.0, std::max({share(lineage.generations(), with_initial),
                                 share(lineage.genomes(), budget.evaluations), share(lineage.seconds(), budget.seconds),
                                 share(simulated_instructions(lineage, experiment), budget.instructions)}));
}

}  // namespace exogene

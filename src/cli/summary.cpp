#include "cli/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "cli/print.hpp"
#include "search/fitness.hpp"
#include "search/proof.hpp"

namespace exogene::cli {
namespace {

std::vector<std::string> shown_metrics(const Experiment& experiment) {
  std::vector<std::string> names{"instructions", "memory_accesses", "dram_bytes", "cycles"};
  for (const auto& name : experiment.objectives)
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

}  // namespace

std::string limits_text(const Experiment& experiment) {
  const auto& budget = experiment.budget;
  std::vector<std::string> parts;
  if (const auto& generations = experiment.search.generations)
    parts.push_back(fmt::format("{} generations", *generations));
  if (budget.evaluations) parts.push_back(grouped(*budget.evaluations) + " evaluations");
  if (budget.seconds) parts.push_back(fmt::format("{} seconds", *budget.seconds));
  if (budget.instructions) parts.push_back(grouped(*budget.instructions) + " instructions");
  return fmt::format("at most {}", fmt::join(parts, ", "));
}

void print_summary(const Experiment& experiment, const Lineage& lineage) {
  if (lineage.population().empty()) {
    fmt::print("No generation is complete yet.\n");
    return;
  }
  struct Column {
    std::string title;
    const Individual& individual;
  };
  std::vector<Column> columns;
  for (std::size_t i = 0; i < experiment.initial.size(); ++i)
    columns.push_back({experiment.initial[i].name, lineage[static_cast<std::int64_t>(i)]});
  const auto order = objectives(experiment.objectives);
  const auto reference = *std::ranges::min_element(
      columns, [&](auto& a, auto& b) { return is_better(a.individual, b.individual, order); });
  const auto& best = reported(lineage, order);
  const auto& leader = lineage[lineage.population().front()];
  if (leader.id != best.id && is_better(leader, best, order)) columns.push_back({"best found", leader});
  columns.push_back({best.proof.verdict == Verdict::proven ? "best proven" : "best found", best});

  fmt::print("{:<16}", experiment.kernel.name);
  for (const auto& column : columns) fmt::print(" {:>19}", column.title);
  fmt::print(" {:>16}\n{:<16}", "best / " + reference.title, "status");
  for (const auto& column : columns) fmt::print(" {:>19}", to_string(column.individual.evaluation.status));
  fmt::print("\n{:<16}", "verdict");
  for (const auto& column : columns) fmt::print(" {:>19}", to_string(column.individual.proof.verdict));
  fmt::print("\n");
  // Of a case; the first one is number 0.
  const auto print_metric = [&](const std::string& name, std::size_t number) {
    const auto metric = objectives({name})[0];
    const auto value = [&](const Individual& individual) -> std::optional<std::uint64_t> {
      const auto& evaluation = individual.evaluation;
      if (evaluation.status != Status::ok) return std::nullopt;
      return number == 0 ? evaluation.metrics[metric] : evaluation.cases[number - 1][metric];
    };
    fmt::print("{:<16}", name);
    for (const auto& column : columns)
      fmt::print(" {:>19}", value(column.individual) ? shown(metric, *value(column.individual)) : "-");
    const auto found = value(best);
    const auto known = value(reference.individual);
    if (found && known && *known != 0)
      fmt::print(" {:>14.1f} %", 100.0 * static_cast<double>(*found) / static_cast<double>(*known));
    fmt::print("\n");
  };
  for (const auto& name : shown_metrics(experiment)) print_metric(name, 0);
  const auto all = cases(experiment);
  for (std::size_t i = 1; i < all.size(); ++i) {
    fmt::print("{} on {}\n", all[i].kernel.name, all[i].accelerator.name);
    for (const auto& name : experiment.objectives) print_metric(name, i);
  }
  fmt::print("\nThe best schedule, individual {} of generation {}, made by {}:\n\n{}", best.id, best.generation,
             best.operation, to_text(best.genome));
  if (!leader.proof.reason.empty()) fmt::print("\nThe best found is not proven: {}\n", leader.proof.reason);
}

}  // namespace exogene::cli

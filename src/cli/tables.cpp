#include "cli/tables.hpp"

#include <fmt/format.h>

#include "cli/print.hpp"
#include "search/agreement.hpp"
#include "search/archive.hpp"
#include "search/nsga2.hpp"
#include "search/tally.hpp"

namespace exogene::cli {
namespace {

void print_objectives_head(const Experiment& experiment) {
  for (const auto& name : experiment.objectives) fmt::print(" {:>22}", name);
  fmt::print(" {:>11} {:>10} {:>6}  made by\n", "individual", "generation", "genes");
}

void print_row(const Experiment& experiment, const Individual& individual) {
  for (const auto metric : objectives(experiment.objectives))
    fmt::print(" {:>22}", shown(metric, individual.evaluation.metrics[metric]));
  fmt::print(" {:>11} {:>10} {:>6}  {}\n", individual.id, individual.generation, individual.genome.genes.size(),
             individual.operation);
}

}  // namespace

void print_operators(const Recorded& recorded) {
  const auto& generations = recorded.history.generations;
  const auto probabilities = generations.empty() ? std::vector<double>{} : generations.back().probabilities;
  fmt::print("{:<16} {:>9} {:>8} {:>7} {:>7} {:>9} {:>10} {:>12}\n", "operator", "proposals", "retries", "known",
             "right", "improved", "mean gain", "probability");
  for (const auto& tally : tallies(recorded.lineage, probabilities))
    fmt::print("{:<16} {:>9} {:>8} {:>7} {:>7} {:>9} {:>8.2f} % {:>12}\n", tally.name, grouped(tally.proposals),
               grouped(tally.retries), grouped(tally.known), grouped(tally.right), grouped(tally.improved),
               tally.proposals == 0 ? 0 : 100 * tally.gain / static_cast<double>(tally.proposals),
               tally.probability ? fmt::format("{:.1f} %", 100 * *tally.probability) : "-");
  fmt::print(
      "\nproposals: individuals that it made; retries: proposals thrown away before these; known: no new genome;\n"
      "improved: better than every parent; mean gain: over all its proposals; probability: in the last generation.\n");
}

void print_surrogate(const Experiment& experiment, const Lineage& lineage) {
  const auto rows = agreements(lineage, experiment);
  if (rows.back().predicted == 0) {
    fmt::print("No individual was chosen by a surrogate.\n");
    return;
  }
  fmt::print("{:<10} {:>9} {:>6} {:>9} {:>17} {:>13}\n", "generation", "predicted", "right", "mistaken",
             "rank correlation", "median error");
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const auto& row = rows[number];
    if (row.predicted == 0) continue;
    fmt::print("{:<10} {:>9} {:>6} {:>9} {:>17} {:>11.1f} %\n",
               number + 1 < rows.size() ? std::to_string(number) : "all", row.predicted, row.right, row.mistaken,
               row.correlation ? fmt::format("{:.3f}", *row.correlation) : "-", 100 * row.error);
  }
  fmt::print(
      "\npredicted: new programs that the surrogate chose; mistaken: right or not, against expectation; rank\n"
      "correlation: Spearman's, between predicted and measured {}, of those that are right; median error: of\n"
      "|predicted / measured - 1|, likewise.\n",
      experiment.objectives[0]);
}

void print_front(const Experiment& experiment, const Lineage& lineage) {
  std::vector<const Individual*> all;
  for (std::int64_t id = 0; id < lineage.size(); ++id) all.push_back(&lineage[id]);
  const auto front = front_of(std::move(all), objectives(experiment.objectives));
  print_objectives_head(experiment);
  for (const auto* individual : front) print_row(experiment, *individual);
  fmt::print("\n{} schedules that no other beats in all objectives.\n", front.size());
}

void print_archive(const Experiment& experiment, const Lineage& lineage) {
  const auto elites = archive(lineage, experiment);
  fmt::print("{:<10} {:<11} {:<8}", "scratchpad", "accumulator", "reuse");
  print_objectives_head(experiment);
  for (const auto& [where, id] : elites) {
    const auto share = [](std::uint32_t step) { return fmt::format("<= 1/{}", 1U << (archive_steps - 1 - step)); };
    fmt::print("{:<10} {:<11} {:<8}", share(where.scratchpad), share(where.accumulator),
               where.reuse == 0 ? "< 2" : fmt::format(">= {}", 1U << where.reuse));
    print_row(experiment, lineage[id]);
  }
  fmt::print("\n{} of {} niches; the share of rows in use, and MACs a byte that is loaded.\n", elites.size(),
             archive_steps * archive_steps * archive_steps);
}

}  // namespace exogene::cli

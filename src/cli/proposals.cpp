#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/print.hpp"
#include "cli/tables.hpp"
#include "llm/prompt.hpp"

namespace exogene::cli {
namespace {

struct Sums {
  std::uint64_t number = 0;
  std::uint64_t tokens_in = 0;
  std::uint64_t tokens_out = 0;
  double seconds = 0;
  double cost = 0;

  void add(const Exchange& exchange) {
    ++number;
    tokens_in += exchange.tokens_in;
    tokens_out += exchange.tokens_out;
    seconds += exchange.seconds;
    cost += exchange.cost;
  }
};

/// Why it was refused or, when it was accepted, what its genome was worth.
std::string reason_of(const Proposal& proposal, const Lineage& lineage, std::size_t objective) {
  if (proposal.child < 0) return proposal.exchange.reason;
  const auto& now = lineage[proposal.child].evaluation;
  const auto gained = gain(lineage[proposal.parent].evaluation, now, objective);
  if (!gained) return now.status == Status::ok ? "right, as its parent was not" : std::string(to_string(now.status));
  if (*gained == 0) return "as good as its parent";
  return *gained > 0 ? "better than its parent" : "worse than its parent";
}

void print_row(std::string_view outcome, const std::string& reason, const Sums& sums) {
  fmt::print("{:<12} {:>6} {:>11} {:>11} {:>10.2f} {:>12.6f}  {}\n", outcome, grouped(sums.number),
             grouped(sums.tokens_in), grouped(sums.tokens_out), sums.seconds / static_cast<double>(sums.number),
             sums.cost, reason);
}

}  // namespace

void print_proposals(const Recorded& recorded) {
  const auto& proposals = recorded.history.proposals;
  if (proposals.empty()) {
    fmt::print("No LLM was asked.\n");
    return;
  }
  const auto objective = objectives(recorded.experiment.objectives).front();
  Sums all;
  std::map<Outcome, std::map<std::string, Sums>> rows;
  for (const auto& proposal : proposals) {
    all.add(proposal.exchange);
    rows[proposal.exchange.outcome][reason_of(proposal, recorded.lineage, objective)].add(proposal.exchange);
  }
  fmt::print("{:<12} {:>6} {:>11} {:>11} {:>10} {:>12}  {}\n", "outcome", "number", "tokens in", "tokens out", "mean s",
             "cost", "reason");
  for (const auto& [outcome, reasons] : rows) {
    std::vector<std::pair<std::string, Sums>> sorted(reasons.begin(), reasons.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{}, [](const auto& row) { return row.second.number; });
    for (const auto& [reason, sums] : sorted) print_row(to_string(outcome), reason, sums);
  }
  print_row("all", "", all);
}

}  // namespace exogene::cli

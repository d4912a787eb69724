#include "cli/questions.hpp"

#include <fmt/format.h>

#include "cli/searching.hpp"
#include "genome/yaml.hpp"
#include "history/reader.hpp"

namespace exogene::cli {
namespace {

/// As it was before the search looked at the reply.
Exchange unread(Exchange exchange) {
  switch (exchange.outcome) {
    case Outcome::truncated:
    case Outcome::unavailable:
    case Outcome::over_budget:
      return exchange;
    default:
      exchange.outcome = Outcome::accepted;
      exchange.reason.clear();
      return exchange;
  }
}

}  // namespace

Questions::Questions(const Experiment& experiment, const std::filesystem::path& replay, const Alphabet& alphabet) {
  if (experiment.llm)
    for (const auto& model : experiment.llm->models) models_.push_back(model.model);
  if (!replay.empty()) {
    if (!experiment.llm) throw InputError("--replay: the experiment has no key 'llm', so there is nothing to replay");
    for (auto& proposal : read_history(replay, alphabet).proposals)
      recorded_[proposal.key] = unread(std::move(proposal.exchange));
  } else if (experiment.llm) {
    client_ = std::make_unique<Client>(*experiment.llm, is_stopping);
  }
}

void Questions::resume(const std::vector<Proposal>& committed, const std::map<QuestionKey, Exchange>& journal) {
  if (client_ == nullptr) return;
  for (const auto& proposal : committed) client_->ledger().add(proposal.exchange);
  for (const auto& [key, exchange] : journal) client_->ledger().add(exchange);
  recorded_ = journal;
}

Exchange Questions::ask(const QuestionKey& key, std::size_t model, const Prompt& prompt, Journal& journal) {
  if (const auto known = recorded_.find(key); known != recorded_.end() && known->second.prompt == to_text(prompt))
    return known->second;
  if (client_ == nullptr) {
    Exchange exchange;
    exchange.model = models_.at(model);
    exchange.prompt = to_text(prompt);
    exchange.reason = "the replayed history has no reply to this prompt";
    return exchange;
  }
  auto exchange = client_->ask(model, prompt);
  const bool broken_off = is_stopping() && exchange.outcome == Outcome::unavailable;
  if (!broken_off) journal.append(key, exchange);
  return exchange;
}

}  // namespace exogene::cli

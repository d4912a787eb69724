#include "llm/ledger.hpp"

#include <fmt/format.h>

namespace exogene {

std::optional<std::string> Ledger::reserve(std::uint64_t tokens, double money) {
  const std::lock_guard lock(mutex_);
  if (used_.calls + 1 > budget_.calls) return fmt::format("the budget of {} calls is spent", budget_.calls);
  if (used_.tokens + tokens > budget_.tokens)
    return fmt::format("the budget of {} tokens does not hold {} more", budget_.tokens, tokens);
  if (used_.money + money > budget_.money)
    return fmt::format("the budget of {} money does not hold {:.6f} more", budget_.money, money);
  if (used_.seconds >= budget_.seconds) return fmt::format("the budget of {} seconds is spent", budget_.seconds);
  ++used_.calls;
  used_.tokens += tokens;
  used_.money += money;
  return std::nullopt;
}

void Ledger::settle(std::uint64_t reserved_tokens, double reserved_money, std::uint64_t tokens, double money,
                    double seconds) {
  const std::lock_guard lock(mutex_);
  used_.tokens = used_.tokens - reserved_tokens + tokens;
  used_.money = used_.money - reserved_money + money;
  used_.seconds += seconds;
}

void Ledger::add(const Exchange& exchange) {
  const std::lock_guard lock(mutex_);
  used_.calls += exchange.calls;
  used_.tokens += exchange.tokens_in + exchange.tokens_out;
  used_.money += exchange.cost;
  used_.seconds += exchange.seconds;
}

double Ledger::seconds_left() const {
  const std::lock_guard lock(mutex_);
  return budget_.seconds - used_.seconds;
}

LlmBudget Ledger::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

}  // namespace exogene

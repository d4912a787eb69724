#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "experiment/llm.hpp"
#include "llm/proposal.hpp"

namespace exogene {

/// What the questions of a run have used. For any number of threads.
class Ledger {
 public:
  explicit Ledger(const LlmBudget& budget) : budget_(budget) {}

  /// Sets aside what one request may cost at most. Nothing is set aside, and the reason is given, when the budget would
  /// not hold it beside what is used and set aside.
  std::optional<std::string> reserve(std::uint64_t tokens, double money);

  /// The request of that reservation has ended, and used this.
  void settle(std::uint64_t reserved_tokens, double reserved_money, std::uint64_t tokens, double money, double seconds);

  /// Counts what a run that is resumed has used.
  void add(const Exchange& exchange);

  /// Seconds that are left.
  [[nodiscard]] double seconds_left() const;

  [[nodiscard]] LlmBudget used() const;

 private:
  const LlmBudget budget_;
  LlmBudget used_{0, 0, 0, 0};  ///< with what is set aside
  mutable std::mutex mutex_;
};

}  // namespace exogene

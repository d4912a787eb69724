#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exogene {

/// What became of a question to a model. The order is that of histories on disk.
enum class Outcome {
  accepted,     ///< its genome was evaluated, whatever that said, unless the budget of evaluations was spent
  duplicate,    ///< its genome was known already
  truncated,    ///< the reply ended at the limit of tokens
  empty,        ///< no text, or no edits
  malformed,    ///< not the JSON that was asked for
  invalid,      ///< edits that the catalogue or the genome refuses
  unavailable,  ///< transport failed: nothing that the model could help
  over_budget,  ///< not asked
};

/// Names of all outcomes, indexed by Outcome.
const std::vector<std::string>& outcome_names();
std::string_view to_string(Outcome outcome);

/// Whether the model had its say: the others must not count against the operator.
inline bool is_charged(Outcome outcome) {
  return outcome != Outcome::unavailable && outcome != Outcome::over_budget;
}

/// Which proposal of a run a question was asked for.
struct QuestionKey {
  std::uint32_t island = 0;
  std::uint32_t generation = 0;
  std::uint32_t slot = 0;
  std::uint32_t attempt = 0;
  auto operator<=>(const QuestionKey&) const = default;
};

/// A question to a model and what came back: an input of the search, so it is recorded.
struct Exchange {
  std::string model;                       ///< its name
  std::string prompt;                      ///< the messages, a JSON list as the endpoint takes it
  std::string reply;                       ///< the text of the model
  Outcome outcome = Outcome::unavailable;  ///< accepted for a whole reply that nobody looked at yet
  std::string reason;                      ///< one line; empty when accepted
  std::uint64_t tokens_in = 0;
  std::uint64_t tokens_out = 0;
  double seconds = 0;       ///< wall-clock, retries and pauses included
  double cost = 0;          ///< in the currency of the prices
  std::uint32_t calls = 0;  ///< requests sent
};

/// An exchange and what the search made of it.
struct Proposal {
  QuestionKey key;
  std::int64_t parent = -1;  ///< id of the individual to be changed
  std::int64_t child = -1;   ///< id of the individual it became; -1 when it became none
  Exchange exchange;         ///< its outcome is final
};

}  // namespace exogene

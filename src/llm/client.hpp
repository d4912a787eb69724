#pragma once
#include <cstddef>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiment/llm.hpp"
#include "llm/ledger.hpp"
#include "llm/proposal.hpp"

namespace exogene {

/// What a model is asked.
struct Prompt {
  nlohmann::ordered_json messages;  ///< a list of {role, content}
  nlohmann::ordered_json schema;    ///< JSON schema of the reply; null when the server is not to know it
};

/// The messages as histories hold them.
std::string to_text(const Prompt& prompt);

/// Asks models behind OpenAI-compatible chat-completions endpoints, within the budget. For any number of threads.
class Client {
 public:
  /// Reads the keys from the environment; EnvironmentError for a variable that is not set or holds no key. `stopped`
  /// ends questions under way; `pause` waits so many seconds between retries.
  Client(const Llm& settings, std::function<bool()> stopped, std::function<void(double)> pause = {});

  /// Never throws for what a server does: the outcome is accepted for a whole reply, else truncated, unavailable or
  /// over_budget, with a reason. Requests answered with 429 or 5xx are sent again after 1, 2, 4, ... seconds, or what
  /// Retry-After says, at most 30; one that is refused because `max_tokens` is now `max_completion_tokens`, at once. A
  /// model whose key or address is refused, or that was unavailable three times in a row, is not asked again.
  Exchange ask(std::size_t index, const Prompt& prompt);

  [[nodiscard]] Ledger& ledger() { return ledger_; }

 private:
  struct State {
    std::string key;
    int failures = 0;                  ///< in a row
    bool refused = false;              ///< its key or address is wrong
    std::string reason;                ///< of the last failure
    std::string limit = "max_tokens";  ///< how its server calls the most tokens of a reply
  };

  /// Why it is not asked again; nullopt while it is.
  std::optional<std::string> given_up(std::size_t model);
  void note(std::size_t model, const Exchange& exchange, bool refused);
  std::string limit_name(std::size_t model);
  void set_limit_name(std::size_t model, const std::string& name);

  const Llm settings_;
  std::function<bool()> stopped_;
  std::function<void(double)> pause_;
  Ledger ledger_;
  std::vector<State> states_;  ///< by model
  std::mutex mutex_;           ///< of what changes in states_
};

}  // namespace exogene

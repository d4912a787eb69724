#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "experiment/fields.hpp"

namespace exogene {

/// A model behind an OpenAI-compatible chat-completions endpoint.
struct LlmModel {
  std::string url;           ///< base, e.g. http://127.0.0.1:8080/v1
  std::string model;         ///< name that the endpoint knows
  std::string key_variable;  ///< environment variable that holds the key; empty when none is needed
  double weight = 1;         ///< share of the questions, relative to the other models
  double price_in = 0;       ///< money per million tokens of prompts
  double price_out = 0;      ///< money per million tokens of replies
  bool operator==(const LlmModel&) const = default;
};

/// What the questions of one run may use in all; a question that could exceed one of these is not asked.
struct LlmBudget {
  std::uint64_t calls = 1000;  ///< requests sent, retries included
  std::uint64_t tokens = 10'000'000;
  double money = 10;  ///< in the currency of the prices
  double seconds = 86400;
  bool operator==(const LlmBudget&) const = default;
};

/// LLM mutation.
struct Llm {
  double share = 0;              ///< probability that a mutation asks a model, once for a child
  std::vector<LlmModel> models;  ///< one or more
  double timeout = 60;           ///< seconds of one request
  std::uint32_t retries = 3;     ///< of a request that is answered with 429 or 5xx
  std::uint32_t reply_tokens = 1000;
  bool constrained = true;  ///< the server is given the JSON schema of the reply
  LlmBudget budget;
  bool operator==(const Llm&) const = default;
};

/// Reads the map under `llm`; everything but `share` and `models` has a default.
Llm read_llm(const Fields& experiment);

/// The map as YAML under its key; `read_llm` gives the same settings back.
std::string to_text(const Llm& llm);

}  // namespace exogene

#include "experiment/llm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <regex>

namespace exogene {
namespace {

constexpr double most_money = 1e9;

/// The value is not quoted in the error: a key may have been put where it does not belong.
std::string matching(const Fields& fields, std::string_view key, const std::regex& pattern,
                     const std::string& expected) {
  const auto node = fields.node(key);
  if (!node.IsScalar() || node.Scalar().size() > 500 || !std::regex_match(node.Scalar(), pattern))
    fail_at(node, fields.origin(key), fmt::format("{} is something else; expected {}", key, expected));
  return node.Scalar();
}

LlmModel read_model(const YAML::Node& node, const Origin& origin) {
  const Fields fields(node, origin, {"url", "model", "key_variable", "weight", "price_in", "price_out"});
  // A user, a password or a query could hold a key, and the experiment is recorded.
  static const std::regex url(R"(https?://[A-Za-z0-9._\-\[\]:]+(/[A-Za-z0-9._~/%\-]*)?)");
  static const std::regex name(R"([A-Za-z0-9][A-Za-z0-9._:/@+\-]*)");
  static const std::regex variable("[A-Z_][A-Z0-9_]{0,99}");  // a key put here by mistake is seldom one
  LlmModel model;
  model.url = matching(fields, "url", url, "a base like https://host/v1, without user, password or query");
  while (model.url.ends_with('/')) model.url.pop_back();
  model.model = matching(fields, "model", name, "the name of a model: letters, digits and . _ : / @ + -");
  if (fields.has("key_variable"))
    model.key_variable =
        matching(fields, "key_variable", variable,
                 "the name, in capitals, of the environment variable that holds the key, e.g. LLM_KEY");
  if (fields.has("weight")) model.weight = fields.number("weight", 0, 1e6);
  if (fields.has("price_in")) model.price_in = fields.number("price_in", 0, most_money);
  if (fields.has("price_out")) model.price_out = fields.number("price_out", 0, most_money);
  return model;
}

LlmBudget read_budget(const Fields& llm) {
  LlmBudget budget;
  if (!llm.has("budget")) return budget;
  constexpr auto most = std::uint64_t{1'000'000'000'000};
  const auto fields = llm.map("budget", {"calls", "tokens", "money", "seconds"});
  if (fields.has("calls")) budget.calls = fields.whole("calls", 0, most);
  if (fields.has("tokens")) budget.tokens = fields.whole("tokens", 0, most);
  if (fields.has("money")) budget.money = fields.number("money", 0, most_money);
  if (fields.has("seconds")) budget.seconds = fields.number("seconds", 0, 1e9);
  return budget;
}

}  // namespace

Llm read_llm(const Fields& experiment) {
  const auto fields =
      experiment.map("llm", {"share", "models", "timeout", "retries", "reply_tokens", "constrained", "budget"});
  Llm llm;
  llm.share = fields.number("share", 0, 1);
  const auto models = fields.node("models");
  if (!models.IsSequence() || models.size() == 0)
    fields.fail("models", "a list of one or more maps, each with url and model");
  for (const auto& node : models) llm.models.push_back(read_model(node, fields.origin("models")));
  if (std::ranges::all_of(llm.models, [](const auto& model) { return model.weight == 0; }))
    fail_at(models, fields.origin("models"), "every weight is 0; expected at least one above 0");
  if (fields.has("timeout")) llm.timeout = fields.number("timeout", 0.001, 86400);
  if (fields.has("retries")) llm.retries = static_cast<std::uint32_t>(fields.whole("retries", 0, 20));
  if (fields.has("reply_tokens"))
    llm.reply_tokens = static_cast<std::uint32_t>(fields.whole("reply_tokens", 1, 1'000'000));
  if (fields.has("constrained")) llm.constrained = fields.truth("constrained");
  llm.budget = read_budget(fields);
  return llm;
}

std::string to_text(const Llm& llm) {
  auto text = fmt::format("llm:\n  share: {}\n  models:\n", llm.share);
  for (const auto& model : llm.models) {
    text += fmt::format("    - {{url: \"{}\", model: \"{}\", ", model.url, model.model);
    if (!model.key_variable.empty()) text += fmt::format("key_variable: \"{}\", ", model.key_variable);
    text += fmt::format("weight: {}, price_in: {}, price_out: {}}}\n", model.weight, model.price_in, model.price_out);
  }
  return text + fmt::format(
                    "  timeout: {}\n"
                    "  retries: {}\n"
                    "  reply_tokens: {}\n"
                    "  constrained: {}\n"
                    "  budget: {{calls: {}, tokens: {}, money: {}, seconds: {}}}\n",
                    llm.timeout, llm.retries, llm.reply_tokens, llm.constrained, llm.budget.calls, llm.budget.tokens,
                    llm.budget.money, llm.budget.seconds);
}

}  // namespace exogene

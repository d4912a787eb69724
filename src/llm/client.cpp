#include "llm/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <set>
#include <thread>

#include "eval/process.hpp"
#include "llm/http.hpp"

namespace exogene {
namespace {

using Json = nlohmann::ordered_json;

constexpr double longest_pause = 30;
constexpr double connect_seconds = 10;
constexpr int failures_in_a_row = 3;
constexpr auto newer_limit = "max_completion_tokens";  // some hosted models refuse `max_tokens`
constexpr std::size_t shortest_secret = 8;             // local servers are given words such as `none` for keys

std::string read_key(const std::string& variable) {
  if (variable.empty()) return {};
  const char* value = std::getenv(variable.c_str());
  const std::string key = value == nullptr ? "" : value;
  if (key.empty())
    throw EnvironmentError(
        fmt::format("environment variable {}: not set; llm.models says that it holds a key", variable));
  if (!std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; }))
    throw EnvironmentError(fmt::format(
        "environment variable {}: holds what is no key; expected printable ASCII without blanks", variable));
  return key;
}

/// The key as it is and, where that differs, as JSON may spell it.
std::set<std::string> spellings(const std::string& key) {
  if (key.empty()) return {};
  const auto text = Json(key).dump();
  const auto escaped = text.substr(1, text.size() - 2);
  return {key, escaped, boost::replace_all_copy(escaped, "/", "\\/")};
}

/// Untrusted text as a reason: one line, at most 200 bytes, without the key.
std::string quoted(std::string text, const std::string& key) {
  for (const auto& spelling : spellings(key)) boost::replace_all(text, spelling, "[key]");
  for (auto& c : text)
    if (c < ' ' || c > '~') c = ' ';  // with what is not ASCII: a cut character would be no UTF-8
  if (text.size() > 200) text.resize(200);
  return text;
}

std::string body_text(const LlmModel& model, const Prompt& prompt, const std::string& limit,
                      std::uint32_t reply_tokens) {
  Json body{{"model", model.model}, {"messages", prompt.messages}, {limit, reply_tokens}};
  if (!prompt.schema.is_null())
    body["response_format"] = {{"type", "json_schema"},
                               {"json_schema", {{"name", "edits"}, {"strict", true}, {"schema", prompt.schema}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A number of tokens that a server may well have counted.
std::optional<std::uint64_t> tokens_at(const Json& usage, const char* key) {
  const auto found = usage.find(key);
  if (found == usage.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > 1'000'000'000)
    return std::nullopt;
  return found->get<std::uint64_t>();
}

/// Reads a chat completion into the exchange; false when it is none. Tokens that the server does not count stay as
/// they are.
bool read_completion(const Json& answer, Exchange& exchange) {
  try {
    const auto& choice = answer.at("choices").at(0);
    const auto& content = choice.at("message").at("content");
    exchange.reply = content.is_null() ? "" : content.get<std::string>();
    exchange.outcome = Outcome::accepted;
    if (choice.contains("finish_reason") && choice.at("finish_reason") == "length") {
      exchange.outcome = Outcome::truncated;
      exchange.reason = "the reply ended at the limit of tokens";
    }
    if (answer.contains("usage") && answer.at("usage").is_object()) {
      const auto& usage = answer.at("usage");
      exchange.tokens_in = tokens_at(usage, "prompt_tokens").value_or(exchange.tokens_in);
      exchange.tokens_out = tokens_at(usage, "completion_tokens").value_or(exchange.tokens_out);
    }
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

std::string error_of(const HttpReply& reply, const std::string& key) {
  if (reply.status >= 300 && reply.status < 400)
    return fmt::format("HTTP {}: a redirection, which is not followed; give the final url", reply.status);
  std::string said = reply.body;
  const auto answer = Json::parse(reply.body, nullptr, false);
  if (answer.is_object() && answer.contains("error")) {
    const auto& error = answer.at("error");
    if (error.is_string()) said = error.get<std::string>();
    if (error.is_object() && error.contains("message") && error.at("message").is_string())
      said = error.at("message").get<std::string>();
  }
  return fmt::format("HTTP {}: {}", reply.status, quoted(said, key));
}

bool is_worth_a_retry(const HttpReply& reply) {
  return reply.status == 429 || (reply.status >= 500 && reply.status < 600);
}

}  // namespace

std::string to_text(const Prompt& prompt) {
  return prompt.messages.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Client::Client(const Llm& settings, std::function<bool()> stopped, std::function<void(double)> pause)
    : settings_(settings), stopped_(std::move(stopped)), pause_(std::move(pause)), ledger_(settings.budget) {
  for (const auto& model : settings_.models) states_.emplace_back().key = read_key(model.key_variable);
  if (!pause_)
    pause_ = [this](double seconds) {
      for (int i = 0; i < static_cast<int>(seconds * 20) && !stopped_(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    };
}

Exchange Client::ask(std::size_t index, const Prompt& prompt) {
  const auto& model = settings_.models[index];
  const auto& key = states_[index].key;
  Exchange exchange;
  exchange.model = model.model;
  exchange.prompt = to_text(prompt);
  if (const auto reason = given_up(index)) {
    exchange.reason = *reason;
    return exchange;
  }
  auto limit = limit_name(index);
  auto body = body_text(model, prompt, limit, settings_.reply_tokens);
  const auto price = [&](std::uint64_t in, std::uint64_t out) {
    return (static_cast<double>(in) * model.price_in + static_cast<double>(out) * model.price_out) / 1e6;
  };
  const auto most_tokens = body.size() + settings_.reply_tokens;  // no token is shorter than a byte
  const auto most_money = price(body.size(), settings_.reply_tokens);
  bool refused = false;
  auto lap = std::chrono::steady_clock::now();
  for (std::uint32_t attempt = 0;; ++attempt) {
    if (auto spent = ledger_.reserve(most_tokens, most_money)) {
      if (exchange.calls == 0) exchange.outcome = Outcome::over_budget;
      exchange.reason = exchange.calls == 0 ? *spent : fmt::format("{}; then {}", exchange.reason, *spent);
      break;
    }
    ++exchange.calls;
    const auto reply = post({model.url + "/chat/completions", key, body, connect_seconds,
                             std::min(settings_.timeout, ledger_.seconds_left()), stopped_});
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    if (reply.status == 0) {
      exchange.reason = reply.failure;
    } else if (reply.status != 200) {
      exchange.reason = error_of(reply, key);
      refused = reply.status == 401 || reply.status == 403 || reply.status == 404;
    } else {
      exchange.reason.clear();
      exchange.tokens_in = body.size();
      exchange.tokens_out = settings_.reply_tokens;
      if (!read_completion(Json::parse(reply.body, nullptr, false), exchange))
        exchange.reason = "the answer is no chat completion";
      in = exchange.tokens_in;
      out = exchange.tokens_out;
    }
    if (reply.status == 0 && reply.sent) {  // nobody knows what it cost
      exchange.tokens_in = in = body.size();
      exchange.tokens_out = out = settings_.reply_tokens;
    }
    exchange.cost = price(in, out);
    const auto now = std::chrono::steady_clock::now();
    const auto seconds = std::chrono::duration<double>(now - lap).count();
    lap = now;
    exchange.seconds += seconds;
    ledger_.settle(most_tokens, most_money, in + out, exchange.cost, seconds);
    if (limit != newer_limit && reply.status == 400 && reply.body.find(newer_limit) != std::string::npos) {
      limit = newer_limit;
      set_limit_name(index, limit);
      body = body_text(model, prompt, limit, settings_.reply_tokens);
      continue;
    }
    if (!is_worth_a_retry(reply) || attempt == settings_.retries || stopped_()) break;
    pause_(std::clamp(reply.retry_after > 0 ? reply.retry_after : static_cast<double>(1U << std::min(attempt, 10U)),
                      0.0, longest_pause));
  }
  if (key.size() >= shortest_secret && std::ranges::any_of(spellings(key), [&](const auto& spelling) {
        return exchange.reply.find(spelling) != std::string::npos;
      })) {
    exchange.reply.clear();
    exchange.outcome = Outcome::unavailable;
    exchange.reason = "the reply repeats the key, so it is dropped";
  }
  note(index, exchange, refused);
  return exchange;
}

std::string Client::limit_name(std::size_t model) {
  const std::lock_guard lock(mutex_);
  return states_[model].limit;
}

void Client::set_limit_name(std::size_t model, const std::string& name) {
  const std::lock_guard lock(mutex_);
  states_[model].limit = name;
}

std::optional<std::string> Client::given_up(std::size_t model) {
  const std::lock_guard lock(mutex_);
  const auto& state = states_[model];
  if (!state.refused && state.failures < failures_in_a_row) return std::nullopt;
  return fmt::format("not asked again after {}", state.reason);
}

void Client::note(std::size_t model, const Exchange& exchange, bool refused) {
  if (exchange.outcome == Outcome::over_budget) return;
  const std::lock_guard lock(mutex_);
  auto& state = states_[model];
  state.failures = exchange.outcome == Outcome::unavailable ? state.failures + 1 : 0;
  state.refused = state.refused || refused;
  if (exchange.outcome == Outcome::unavailable) state.reason = exchange.reason;
}

}  // namespace exogene

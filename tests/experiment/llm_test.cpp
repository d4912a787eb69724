#include "experiment/llm.hpp"

#include <doctest/doctest.h>

using namespace exogene;

namespace {

const std::string example = R"(llm:
  share: 0.25
  models:
    - {url: "http://127.0.0.1:8080/v1", model: "smollm2:135m", weight: 1, price_in: 0, price_out: 0}
    - {url: "https://api.example.com/v1", model: "org/big-1", key_variable: "LLM_KEY", weight: 0.5, price_in: 2.5, price_out: 10}
  timeout: 30
  retries: 2
  reply_tokens: 400
  constrained: false
  budget: {calls: 100, tokens: 20000, money: 1.5, seconds: 600}
)";

Llm parse(const std::string& text) {
  return read_llm(Fields(YAML::Load(text), {"e.yaml"}, {"llm"}));
}

void check_error(const std::string& from, const std::string& to, const std::string& expected) {
  auto text = example;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  CAPTURE(to);
  CHECK_THROWS_WITH_AS(parse(text.replace(at, from.size(), to)), expected.c_str(), InputError);
}

}  // namespace

TEST_CASE("settings of LLM mutation are read and come back from their text") {
  const auto llm = parse(example);
  CHECK(llm.share == 0.25);
  REQUIRE(llm.models.size() == 2);
  CHECK(llm.models[1] == LlmModel{"https://api.example.com/v1", "org/big-1", "LLM_KEY", 0.5, 2.5, 10});
  CHECK(llm.retries == 2);
  CHECK_FALSE(llm.constrained);
  CHECK(llm.budget == LlmBudget{100, 20000, 1.5, 600});
  CHECK(to_text(llm) == example);
}

TEST_CASE("all but share and models has a default") {
  const auto llm = parse("llm: {share: 0, models: [{url: 'http://h/v1/', model: m}]}");
  CHECK(llm.models.at(0) == LlmModel{"http://h/v1", "m", "", 1, 0, 0});
  CHECK(llm.timeout == 60);
  CHECK(llm.constrained);
  CHECK(llm.budget == LlmBudget{});
  CHECK(parse(to_text(llm)) == llm);
}

TEST_CASE("broken settings of LLM mutation are refused with the line") {
  const std::string url = "; expected a base like https://host/v1, without user, password or query";
  check_error("share: 0.25", "share: 2", "e.yaml:2: share is '2'; expected a number from 0 to 1");
  check_error("http://127", "ftp://127", "e.yaml:4: url is something else" + url);
  check_error("http://127", "http://me:secret@127", "e.yaml:4: url is something else" + url);
  check_error("8080/v1", "8080/v1?key=1", "e.yaml:4: url is something else" + url);
  check_error("smollm2:135m", "a b",
              "e.yaml:4: model is something else; expected the name of a model: letters, digits and "
              ". _ : / @ + -");
  for (const char* const key : {"sk-1", "gsk_Ab12"})  // put there by mistake
    check_error("\"LLM_KEY\"", key,
                "e.yaml:5: key_variable is something else; expected the name, in capitals, of the environment variable "
                "that holds the key, e.g. LLM_KEY");
  check_error("key_variable", "key",
              "e.yaml:5: unknown key 'key'; expected one of url, model, key_variable, weight, "
              "price_in, price_out");
  check_error("price_in: 2.5", "price_in: -1", "e.yaml:5: price_in is '-1'; expected a number from 0 to 1000000000");
  check_error("timeout: 30", "timeout: 0", "e.yaml:6: timeout is '0'; expected a number from 0.001 to 86400");
  check_error("retries: 2", "retries: 21", "e.yaml:7: retries is '21'; expected a whole number from 0 to 20");
  check_error("reply_tokens: 400", "reply_tokens: 0",
              "e.yaml:8: reply_tokens is '0'; expected a whole number from 1 to 1000000");
  check_error("constrained: false", "constrained: maybe",
              "e.yaml:9: constrained is 'maybe'; expected one of true, false");
  check_error("calls: 100", "calls: -3", "e.yaml:10: calls is '-3'; expected a whole number from 0 to 1000000000000");
  check_error("money: 1.5", "cost: 1", "e.yaml:10: unknown key 'cost'; expected one of calls, tokens, money, seconds");
  CHECK_THROWS_WITH_AS(parse("llm: {share: 1, models: []}"),
                       "e.yaml:1: models is a list; expected a list of one or more maps, each with url and model",
                       InputError);
  CHECK_THROWS_WITH_AS(parse("llm: {share: 1, models: [{url: 'http://h', model: m, weight: 0}]}"),
                       "e.yaml:1: every weight is 0; expected at least one above 0", InputError);
  CHECK_THROWS_WITH_AS(parse("llm: {share: 1}"), doctest::Contains("missing key 'models' in llm"), InputError);
}

#include "llm/client.hpp"

#include <atomic>
#include <map>

#include "eval/process.hpp"
#include "fake_server.hpp"

using namespace exogene;

namespace {

/// Sets a variable of the environment for as long as it lives.
struct Variable {
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  const char* name_;
};

Llm with_key(Llm llm) {
  llm.models[0].key_variable = "EXOGENE_TEST_KEY";
  return llm;
}

}  // namespace

TEST_CASE("a reply comes with its tokens, cost and prompt") {
  FakeServer server(always(completion("hello", "stop", 1000, 20)));
  Patient patient(settings_for(server.url()));
  const auto exchange = patient.ask();
  CHECK(exchange.outcome == Outcome::accepted);
  CHECK(exchange.reason.empty());
  CHECK(exchange.reply == "hello");
  CHECK(exchange.model == "fake");
  CHECK(exchange.prompt == R"([{"role":"user","content":"go"}])");
  CHECK(exchange.tokens_in == 1000);
  CHECK(exchange.tokens_out == 20);
  CHECK(exchange.cost == doctest::Approx(1000 * 2e-6 + 20 * 10e-6));
  CHECK(exchange.calls == 1);
  CHECK(exchange.seconds > 0);
  CHECK(patient.client.ledger().used().tokens == 1020);
  const auto body = nlohmann::json::parse(server.requests().at(0).body);
  CHECK(body.at("model") == "fake");
  CHECK(body.at("max_tokens") == 50);
  CHECK_FALSE(body.contains("response_format"));
  CHECK_FALSE(server.requests().at(0).has_header("Authorization"));
}

TEST_CASE("a schema is sent as a strict response format") {
  FakeServer server(always(completion("{}")));
  Patient patient(settings_for(server.url()));
  auto prompt = question();
  prompt.schema = {{"type", "object"}};
  patient.client.ask(0, prompt);
  const auto format = nlohmann::json::parse(server.requests().at(0).body).at("response_format");
  CHECK(format == nlohmann::json::parse(R"({"type": "json_schema", "json_schema":
      {"name": "edits", "strict": true, "schema": {"type": "object"}}})"));
}

TEST_CASE("a reply at the limit of tokens is truncated") {
  FakeServer server(always(completion("{\"edits\": [", "length")));
  const auto exchange = Patient(settings_for(server.url())).ask();
  CHECK(exchange.outcome == Outcome::truncated);
  CHECK(exchange.reply == "{\"edits\": [");
  CHECK(exchange.tokens_out == 10);
}

TEST_CASE("answers that are no chat completion are failures of transport") {
  for (const char* const body :
       {"", "{", "[]", "{}", R"({"choices": []})", R"({"choices": [{"message": {"content": 3}}]})", "\xff"}) {
    CAPTURE(body);
    FakeServer server(always(body));
    const auto exchange = Patient(settings_for(server.url())).ask();
    CHECK(exchange.outcome == Outcome::unavailable);
    CHECK(exchange.reason == "the answer is no chat completion");
    CHECK_FALSE(is_charged(exchange.outcome));
  }
}

TEST_CASE("a server that counts no tokens is charged what they can be at most") {
  FakeServer server(always(R"({"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": -5}})"));
  const auto exchange = Patient(settings_for(server.url())).ask();
  CHECK(exchange.outcome == Outcome::accepted);
  CHECK(exchange.tokens_in == server.requests().at(0).body.size());
  CHECK(exchange.tokens_out == 50);
}

TEST_CASE("429 is asked again after what the server says, then all is well") {
  std::atomic<int> count = 0;
  FakeServer server([&](const httplib::Request&, httplib::Response& response) {
    const int number = count++;
    if (number == 2) return response.set_content(completion("late"), "application/json");
    response.status = 429;
    if (number == 0) response.set_header("Retry-After", "7");
    if (number == 1) response.set_header("Retry-After", "86400");
  });
  Patient patient(settings_for(server.url()));
  const auto exchange = patient.ask();
  CHECK(exchange.outcome == Outcome::accepted);
  CHECK(exchange.reply == "late");
  CHECK(exchange.reason.empty());
  CHECK(exchange.calls == 3);
  CHECK(patient.pauses == std::vector<double>{7, 30});
}

TEST_CASE("a server that wants max_completion_tokens gets it at once, and from then on") {
  FakeServer server([](const httplib::Request& request, httplib::Response& response) {
    const auto body = nlohmann::json::parse(request.body);
    if (!body.contains("max_tokens")) return response.set_content(completion("yes"), "application/json");
    response.status = 400;
    response.set_content(R"({"error": {"message": "max_tokens is not supported, use max_completion_tokens instead"}})",
                         "application/json");
  });
  Patient patient(settings_for(server.url()));
  const auto exchange = patient.ask();
  CHECK(exchange.reply == "yes");
  CHECK(exchange.reason.empty());
  CHECK(exchange.calls == 2);
  CHECK(patient.ask().calls == 1);
  CHECK(patient.pauses.empty());
  CHECK(nlohmann::json::parse(server.requests().at(2).body).at("max_completion_tokens") == 50);
  FakeServer stubborn(always("max_completion_tokens must be 3", 400));
  CHECK(Patient(settings_for(stubborn.url())).ask().calls == 2);
}

TEST_CASE("500 for ever ends after the retries, and after three questions the model is not asked again") {
  FakeServer server(always(R"({"error": {"message": "out\nof order"}})", 500));
  Patient patient(settings_for(server.url()));
  const auto exchange = patient.ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "HTTP 500: out of order");
  CHECK(exchange.calls == 4);
  CHECK(exchange.cost == 0);
  CHECK(patient.pauses == std::vector<double>{1, 2, 4});
  patient.ask();
  patient.ask();
  CHECK(server.requests().size() == 12);
  const auto last = patient.ask();
  CHECK(last.outcome == Outcome::unavailable);
  CHECK(last.reason == "not asked again after HTTP 500: out of order");
  CHECK(last.calls == 0);
  CHECK(server.requests().size() == 12);
}

TEST_CASE("a slow server meets the timeout, and is charged for nobody knows what it did") {
  FakeServer server([](const httplib::Request&, httplib::Response& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    response.set_content(completion("too late"), "application/json");
  });
  auto settings = settings_for(server.url());
  settings.timeout = 0.5;
  const auto exchange = Patient(settings).ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "Timeout was reached");
  CHECK(exchange.calls == 1);
  CHECK(exchange.seconds < 2.4);
  CHECK(exchange.tokens_out == 50);
}

TEST_CASE("a connection that is cut in the middle of an answer") {
  FakeServer server([](const httplib::Request&, httplib::Response& response) {
    response.set_content_provider(1000, "application/json", [](std::size_t, std::size_t, httplib::DataSink& sink) {
      sink.write("{\"choices\"", 10);
      return false;
    });
  });
  const auto exchange = Patient(settings_for(server.url())).ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "Transferred a partial file");
  CHECK(exchange.reply.empty());
}

TEST_CASE("an answer without end is cut") {
  FakeServer server(always(std::string(5U << 20U, ' ')));
  CHECK(Patient(settings_for(server.url())).ask().reason == "the answer is longer than 4 MiB");
}

TEST_CASE("an answer that never ends, a byte at a time, meets the timeout") {
  FakeServer server([](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      sink.write(" ", 1);
      return sink.is_writable();
    });
  });
  auto settings = settings_for(server.url());
  settings.timeout = 0.5;
  const auto exchange = Patient(settings).ask();
  CHECK(exchange.reason == "Timeout was reached");
  CHECK(exchange.seconds < 2.4);
}

TEST_CASE("headers that lie or have no end are failures of transport") {
  const auto answered = [](const FakeServer::Handler& handler) {
    FakeServer server(handler);
    auto settings = settings_for(server.url());
    settings.timeout = 2;
    const auto exchange = Patient(settings).ask();
    CHECK(exchange.outcome == Outcome::unavailable);
    CHECK(exchange.reply.empty());
    return exchange.reason;
  };
  const auto with = [](const char* name, const std::string& value) {
    return [=](const httplib::Request&, httplib::Response& response) {
      response.set_header(name, value);
      response.set_content(completion("x"), "application/json");
    };
  };
  CHECK(answered(with("Content-Length", "-1")) == "Weird server reply");
  CHECK(answered(with("X-Long", std::string(1U << 20U, 'x'))) == "Out of memory");  // as libcurl calls it
  const auto longer = [](const httplib::Request&, httplib::Response& response) {
    response.set_content_provider(9, "application/json", [](std::size_t, std::size_t, httplib::DataSink& sink) {
      const auto body = completion("x");
      sink.write(body.data(), body.size());
      return true;
    });
  };
  CHECK(answered(longer) == "the answer is no chat completion");
}

TEST_CASE("an answer is not unpacked, and may nest as it likes") {
  const std::string bomb("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x0d", 14);
  const std::string nested(2U << 20U, '[');
  for (const auto& body : {bomb, nested, nested.substr(8) + std::string(nested.size() - 8, ']'),
                           R"({"choices": )" + nested.substr(99) + std::string(nested.size() - 99, ']') + "}"}) {
    FakeServer server([&](const httplib::Request&, httplib::Response& response) {
      response.set_header("Content-Encoding", "gzip");
      response.set_content(body, "application/json");
    });
    CHECK(Patient(settings_for(server.url())).ask().reason == "the answer is no chat completion");
  }
}

TEST_CASE("no server, and one that dies half-way") {
  auto settings = settings_for("http://127.0.0.1:1/v1");
  auto exchange = Patient(settings).ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "Couldn't connect to server");
  CHECK(exchange.tokens_in == 0);

  FakeServer server(always(completion("one")));
  Patient patient(settings_for(server.url()));
  CHECK(patient.ask().outcome == Outcome::accepted);
  server.stop();
  CHECK(patient.ask().outcome == Outcome::unavailable);
}

TEST_CASE("the key goes into the header and nowhere else") {
  const Variable key("EXOGENE_TEST_KEY", "sk-secret-17");
  FakeServer server([](const httplib::Request& request, httplib::Response& response) {
    if (request.get_header_value("Authorization") == "Bearer sk-secret-17")
      return response.set_content(completion("in"), "application/json");
    response.status = 401;
  });
  const auto exchange = Patient(with_key(settings_for(server.url()))).ask();
  CHECK(exchange.outcome == Outcome::accepted);
  CHECK(server.requests().at(0).body.find("secret") == std::string::npos);
  CHECK(exchange.prompt.find("secret") == std::string::npos);
}

TEST_CASE("a wrong key is said without the key, and not tried again") {
  const Variable key("EXOGENE_TEST_KEY", "sk-secret-17");
  FakeServer server(always(R"({"error": {"message": "no such key: sk-secret-17"}})", 401));
  Patient patient(with_key(settings_for(server.url())));
  const auto exchange = patient.ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "HTTP 401: no such key: [key]");
  CHECK(exchange.calls == 1);
  CHECK(patient.ask().calls == 0);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a key of odd characters is struck out however the server spells it") {
  const std::string odd = R"(sk-"q\s/<&>'%s{}$(id)`)";
  const Variable variable("EXOGENE_TEST_KEY", odd.c_str());
  const auto escaped = nlohmann::json(odd).dump();
  const std::map<std::string, std::string> said{
      {odd, "[key]"},
      {R"({"error": {"message": )" + escaped + "}}", "[key]"},
      {R"({"error": )" + escaped + "}", "[key]"},
      {R"({"detail": )" + escaped + "}", R"({"detail": "[key]"})"},
      {R"({"detail": "sk-\"q\\s\/<&>'%s{}$(id)`"})", R"({"detail": "[key]"})"},
  };
  for (const auto& [body, reason] : said) {
    CAPTURE(body);
    FakeServer server(always(body, 401));
    CHECK(Patient(with_key(settings_for(server.url()))).ask().reason == "HTTP 401: " + reason);
    CHECK(server.requests().at(0).get_header_value("Authorization") == "Bearer " + odd);
  }
  for (const auto& text : {odd, escaped}) {
    FakeServer server(always(completion("it is " + text)));
    CHECK(Patient(with_key(settings_for(server.url()))).ask().reason == "the reply repeats the key, so it is dropped");
  }
}

TEST_CASE("a key that is a word of the message, or of what stands for it, is struck out once") {
  for (const std::string key : {"key", "[key]", "y"}) {
    const Variable variable("EXOGENE_TEST_KEY", key.c_str());
    FakeServer server(always("no " + key + ", no " + key, 401));
    CHECK(Patient(with_key(settings_for(server.url()))).ask().reason == "HTTP 401: no [key], no [key]");
  }
}

TEST_CASE("a reply that repeats the key is dropped") {
  const Variable key("EXOGENE_TEST_KEY", "sk-secret-17");
  FakeServer server(always(completion("your key is sk-secret-17")));
  const auto exchange = Patient(with_key(settings_for(server.url()))).ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reply.empty());
}

TEST_CASE("a key that is no secret does no harm") {
  const Variable key("EXOGENE_TEST_KEY", "none");
  FakeServer server(always(completion("none of these")));
  CHECK(Patient(with_key(settings_for(server.url()))).ask().outcome == Outcome::accepted);
}

TEST_CASE("a redirection is not followed") {
  const Variable key("EXOGENE_TEST_KEY", "sk-secret-17");
  FakeServer other(always(completion("caught")));
  FakeServer server([&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect(other.url() + "/chat/completions", 307);
  });
  const auto exchange = Patient(with_key(settings_for(server.url()))).ask();
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "HTTP 307: a redirection, which is not followed; give the final url");
  CHECK(other.requests().empty());
}

TEST_CASE("a key that is missing or none is an error of the environment that does not show it") {
  const auto settings = with_key(settings_for("http://127.0.0.1:1/v1"));
  CHECK_THROWS_WITH_AS(Patient{settings},
                       "environment variable EXOGENE_TEST_KEY: not set; llm.models says that it holds a key",
                       EnvironmentError);
  const Variable key("EXOGENE_TEST_KEY", "sk-secret\r\nX: 1");
  CHECK_THROWS_WITH_AS(Patient{settings},
                       "environment variable EXOGENE_TEST_KEY: holds what is no key; expected printable ASCII without "
                       "blanks",
                       EnvironmentError);
}

TEST_CASE("a budget of three calls is three requests") {
  FakeServer server(always(completion("x")));
  auto settings = settings_for(server.url());
  settings.budget.calls = 3;
  Patient patient(settings);
  for (int i = 0; i < 3; ++i) CHECK(patient.ask().outcome == Outcome::accepted);
  for (int i = 0; i < 5; ++i) {
    const auto exchange = patient.ask();
    CHECK(exchange.outcome == Outcome::over_budget);
    CHECK(exchange.reason == "the budget of 3 calls is spent");
    CHECK(exchange.calls == 0);
    CHECK_FALSE(is_charged(exchange.outcome));
  }
  CHECK(server.requests().size() == 3);
}

TEST_CASE("retries count as calls") {
  FakeServer server(always("", 503));
  auto settings = settings_for(server.url());
  settings.budget.calls = 3;
  const auto exchange = Patient(settings).ask();
  CHECK(exchange.calls == 3);
  CHECK(exchange.outcome == Outcome::unavailable);
  CHECK(exchange.reason == "HTTP 503: ; then the budget of 3 calls is spent");
}

TEST_CASE("threads together stay within the budget") {
  FakeServer server(always(completion("x", "stop", 40, 10)));
  auto settings = settings_for(server.url());
  settings.budget.tokens = 1000;
  Patient patient(settings);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) patient.ask();
    });
  for (auto& thread : threads) thread.join();
  const auto used = patient.client.ledger().used();
  CHECK(used.tokens <= 1000);
  CHECK(used.tokens > 400);
  CHECK(used.calls == server.requests().size());
}

TEST_CASE("a run that is stopped does not wait for an answer") {
  std::atomic<bool> stopped = false;
  FakeServer server([&](const httplib::Request&, httplib::Response& response) {
    stopped = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(4000));
    response.set_content(completion("x"), "application/json");
  });
  Client client(settings_for(server.url()), [&] { return stopped.load(); });
  const auto start = std::chrono::steady_clock::now();
  CHECK(client.ask(0, question()).outcome == Outcome::unavailable);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(3900));
}

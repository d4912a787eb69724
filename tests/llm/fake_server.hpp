#pragma once
#include <doctest/doctest.h>
#include <httplib.h>

#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "llm/client.hpp"

namespace exogene {

/// A chat-completions endpoint on loopback that answers as a test says.
class FakeServer {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

  explicit FakeServer(Handler handler) {
    setenv("no_proxy", "127.0.0.1", 1);  // a proxy of the environment is not for these
    server_.Post("/v1/chat/completions",
                 [this, handler = std::move(handler)](const httplib::Request& request, httplib::Response& response) {
                   {
                     const std::lock_guard lock(mutex_);
                     requests_.push_back(request);
                   }
                   handler(request, response);
                 });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~FakeServer() { stop(); }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  void stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

  [[nodiscard]] std::vector<httplib::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  std::vector<httplib::Request> requests_;
  mutable std::mutex mutex_;
};

inline std::string completion(const std::string& content, const std::string& finish = "stop", int tokens_in = 100,
                              int tokens_out = 10) {
  return nlohmann::json{{"choices", {{{"message", {{"content", content}}}, {"finish_reason", finish}}}},
                        {"usage", {{"prompt_tokens", tokens_in}, {"completion_tokens", tokens_out}}}}
      .dump();
}

inline FakeServer::Handler always(const std::string& body, int status = 200) {
  return [=](const httplib::Request&, httplib::Response& response) {
    response.status = status;
    response.set_content(body, "application/json");
  };
}

inline Llm settings_for(const std::string& url) {
  Llm llm;
  llm.share = 1;
  llm.models = {{url, "fake", "", 1, 2, 10}};
  llm.timeout = 5;
  llm.reply_tokens = 50;
  return llm;
}

inline Prompt question() {
  return {nlohmann::ordered_json::parse(R"([{"role": "user", "content": "go"}])"), {}};
}

/// A client that notes its pauses instead of making them.
struct Patient {
  explicit Patient(const Llm& settings)
      : client(
            settings, [] { return false; }, [this](double seconds) { pauses.push_back(seconds); }) {}

  Exchange ask() { return client.ask(0, question()); }

  std::vector<double> pauses;
  Client client;
};

}  // namespace exogene

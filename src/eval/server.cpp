#include <fmt/format.h>

#include "eval/stages.hpp"
#include "genome/yaml.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

// Starting Python and importing Exo takes 3 s on an idle machine.
constexpr Seconds start_deadline{120};

Json parse_reply(const std::string& line) {
  auto reply = Json::parse(line, nullptr, false);
  if (!reply.is_object()) throw ProcessFailed("it answered what is not JSON");
  return reply;
}

}  // namespace

nlohmann::json description(const Kernel& kernel) {
  return {{"family", kernel.family}, {"exo", kernel.exo},     {"sizes", kernel.sizes},
          {"bias", kernel.bias},     {"scale", kernel.scale}, {"input_scales", kernel.input_scales},
          {"relu", kernel.relu}};
}

Server::Server(Command command, Json open, std::filesystem::path log)
    : command_(std::move(command)), open_(std::move(open)), log_(std::move(log)) {}

const Json& Server::start() {
  if (process_) return opened_;
  process_.emplace(command_, log_);
  try {
    opened_ = parse_reply(process_->ask(open_.dump(), start_deadline));
  } catch (const ProcessFailed& failure) {
    process_.reset();
    throw EnvironmentError(fmt::format("{}: cannot be started: {}", command_.arguments[0], failure.what()));
  }
  if (!opened_.value("ok", false)) {
    process_.reset();
    const auto error = opened_.value("error", "");
    if (opened_.value("input", false))
      throw InputError(fmt::format("{}: {}", open_.at("kernel").value("exo", ""), error));
    throw EnvironmentError(fmt::format("{}: refused the kernel: {}", command_.arguments[0], error));
  }
  return opened_;
}

Json Server::ask(const Json& request, Seconds deadline) {
  start();
  try {
    return parse_reply(process_->ask(request.dump(), deadline));
  } catch (const ProcessFailed&) {
    process_.reset();
    throw;
  }
}

}  // namespace exogene

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "eval/stages.hpp"
#include "eval/timer.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

// The service stops a gene after its time; this is for when it cannot.
constexpr double patience = 1.2;
constexpr double seconds_per_genome = 60;

Json to_json(const Gene& gene) {
  auto arguments = Json::object();
  for (std::size_t i = 0; i < gene.arguments.size(); ++i)
    std::visit([&](const auto& value) { arguments[gene.kind->parameters[i].name] = value; }, gene.arguments[i]);
  return Json::array({gene.kind->name, arguments});
}

Json open_request(const Task& task, const std::filesystem::path& folder) {
  const auto accelerator = folder / "accelerator.yaml";
  std::ofstream(accelerator) << to_text(task.accelerator);
  return {{"op", "open"},
          {"accelerator", accelerator.string()},
          {"kernel", description(task.kernel)},
          {"checks", to_string(task.checks)},
          {"memory", task.service_memory},
          {"gene_seconds", task.gene_seconds}};
}

std::optional<Status> status_of(const Json& reply) {
  const auto name = reply.value("status", "");
  for (const auto status : {Status::ok, Status::decode_failed, Status::codegen_failed, Status::capacity_exceeded})
    if (to_string(status) == name) return status;
  return std::nullopt;
}

Sites to_sites(const Json& reply) {
  Sites sites;
  sites.tensorised = reply.at("tensorised");
  for (const auto& loop : reply.at("loops"))
    sites.loops.push_back(
        {loop.at("name"), loop.at("extent"), loop.at("loops"), loop.at("nest"), loop.at("next"), loop.at("fits")});
  for (const auto& buffer : reply.at("buffers"))
    sites.buffers.push_back({buffer.at("name"), buffer.at("shape"), buffer.at("loops"), buffer.at("local"),
                             buffer.at("loaded"), buffer.at("stored"), buffer.at("banks"), buffer.at("idle"),
                             buffer.at("memories"), buffer.at("fits")});
  for (const auto& statement : reply.at("statements"))
    sites.statements.push_back({statement.at("name"), statement.at("loops"), statement.at("next"),
                                statement.at("arrays"), statement.at("instructions"), statement.at("fits")});
  for (const auto& expression : reply.at("expressions"))
    sites.expressions.push_back({expression.at("name"), expression.at("fits")});
  reply.at("configurations").get_to(sites.configurations);
  return sites;
}

}  // namespace

DecodeStage::DecodeStage(const Task& task, const std::filesystem::path& folder)
    : server_(exo_service(task.tools), open_request(task, folder), folder / "exo_service.log"),
      gene_seconds_(task.gene_seconds) {}

Json DecodeStage::ask(const char* operation, std::span<const Gene> genes) {
  auto list = Json::array();
  std::ranges::transform(genes, std::back_inserter(list), to_json);
  const Seconds deadline(seconds_per_genome + patience * gene_seconds_ * static_cast<double>(genes.size()));
  auto reply = server_.ask({{"op", operation}, {"genes", list}}, deadline);
  // A gene that met its deadline leaves Exo in an unknown state.
  if (!reply.value("reproducible", true) || reply.value("restart", false)) server_.stop();
  return reply;
}

Json DecodeStage::answer(const char* operation, std::span<const Gene> genes, Evaluation& evaluation) {
  const Timer timer(evaluation.seconds.decode);
  try {
    auto reply = ask(operation, genes);
    const auto status = status_of(reply);
    evaluation.status = status.value_or(Status::crashed);
    evaluation.reason = status ? reply.value("reason", "") : "Exo service: " + reply.value("error", "no status");
    evaluation.failed_gene = reply.value("gene", std::int64_t{-1});
    evaluation.reproducible = reply.value("reproducible", true);
    return reply;
  } catch (const ProcessFailed& failure) {
    evaluation.status = Status::crashed;
    evaluation.reason = fmt::format("Exo service: {}", failure.what());
    evaluation.reproducible = false;
    return {};
  }
}

std::string DecodeStage::decode(std::span<const Gene> genes, Evaluation& evaluation) {
  const auto reply = answer("decode", genes, evaluation);
  if (evaluation.status != Status::ok) return {};
  reply.at("introns").get_to(evaluation.introns);
  return reply.at("c");
}

std::string DecodeStage::exo(std::span<const Gene> genes, Evaluation& evaluation) {
  const auto reply = answer("export", genes, evaluation);
  return evaluation.status == Status::ok ? reply.at("exo").get<std::string>() : std::string();
}

std::optional<Sites> DecodeStage::sites(std::span<const Gene> genes) {
  try {
    const auto reply = ask("sites", genes);
    if (!status_of(reply)) throw EnvironmentError("Exo service: " + reply.value("error", "no status"));
    if (status_of(reply) != Status::ok) return std::nullopt;
    return to_sites(reply);
  } catch (const ProcessFailed&) {
    return std::nullopt;
  }
}

std::optional<std::size_t> DecodeStage::refused(std::span<const Gene> genes) {
  try {
    const auto reply = ask("check", genes);
    if (status_of(reply) != Status::decode_failed) return std::nullopt;
    return reply.at("gene").get<std::size_t>();
  } catch (const ProcessFailed&) {
    return std::nullopt;
  }
}

std::optional<std::string> DecodeStage::text(std::span<const Gene> genes) {
  try {
    const auto reply = ask("text", genes);
    if (status_of(reply) != Status::ok) return std::nullopt;
    return reply.at("text").get<std::string>();
  } catch (const ProcessFailed&) {
    return std::nullopt;
  }
}

std::optional<Features> DecodeStage::features(std::span<const Gene> genes) {
  try {
    const auto reply = ask("features", genes);
    if (!status_of(reply)) throw EnvironmentError("Exo service: " + reply.value("error", "no status"));
    if (status_of(reply) != Status::ok) return std::nullopt;
    Features result;
    for (const auto& name : feature_names()) result.push_back(reply.at("features").at(name));
    return result;
  } catch (const ProcessFailed&) {
    return std::nullopt;
  }
}

Json DecodeStage::arguments() {
  return server_.start().at("arguments");
}

std::string DecodeStage::version() {
  return server_.start().at("exo");
}

}  // namespace exogene

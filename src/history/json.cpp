#include "history/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace exogene {
namespace {

using Json = nlohmann::json;

// Of these names, the place of one.
template <class Enum>
Enum parse(const Json& name, const std::vector<std::string>& names, std::string_view what) {
  const auto found = std::ranges::find(names, name.get<std::string>());
  if (found == names.end()) throw std::runtime_error(fmt::format("unknown {} {}", what, name.dump()));
  return static_cast<Enum>(found - names.begin());
}

// Genes as they are in memory: their text takes 30 times as long to read.
Json json_of(const Gene& gene) {
  auto arguments = Json::array();
  for (const auto& argument : gene.arguments)
    std::visit([&](const auto& value) { arguments.push_back(Json::array({argument.index(), value})); }, argument);
  return Json::array({gene.kind->name, arguments});
}

Value parse_value(const Json& json) {
  const auto& value = json.at(1);
  switch (json.at(0).get<std::size_t>()) {
    case 0:
      return value.get<std::int64_t>();
    case 1:
      return value.get<std::string>();
    case 2:
      return value.get<std::vector<std::int64_t>>();
    default:
      return value.get<std::vector<std::string>>();
  }
}

Gene parse_gene(const Json& json, const Alphabet& alphabet) {
  Gene gene{alphabet.find(json.at(0).get<std::string>()), {}};
  if (gene.kind == nullptr) throw std::runtime_error(fmt::format("unknown gene {}", json.at(0).dump()));
  for (const auto& argument : json.at(1)) gene.arguments.push_back(parse_value(argument));
  return gene;
}

}  // namespace

void to_json(Json& json, const Hash& hash) {
  json = fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

void from_json(const Json& json, Hash& hash) {
  const auto text = json.get<std::string>();
  if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw std::runtime_error(fmt::format("hash is '{}'; expected 32 hexadecimal digits", text));
  hash = {std::stoull(text.substr(0, 16), nullptr, 16), std::stoull(text.substr(16), nullptr, 16)};
}

void to_json(Json& json, const Evaluation& evaluation) {
  const auto& seconds = evaluation.seconds;
  json = {{"status", to_string(evaluation.status)},
          {"reason", evaluation.reason},
          {"failed_gene", evaluation.failed_gene},
          {"introns", evaluation.introns},
          {"c_hash", evaluation.c_hash},
          {"metrics", evaluation.metrics},
          {"cases", evaluation.cases},
          {"reproducible", evaluation.reproducible},
          {"seconds", {seconds.decode, seconds.compile, seconds.simulate}}};
}

void from_json(const Json& json, Evaluation& evaluation) {
  evaluation.status = parse<Status>(json.at("status"), status_names(), "status");
  json.at("reason").get_to(evaluation.reason);
  json.at("failed_gene").get_to(evaluation.failed_gene);
  json.at("introns").get_to(evaluation.introns);
  json.at("c_hash").get_to(evaluation.c_hash);
  json.at("metrics").get_to(evaluation.metrics);
  if (!evaluation.metrics.empty() && evaluation.metrics.size() != metric_names().size())
    throw std::runtime_error(
        fmt::format("{} metrics; expected none or {}", evaluation.metrics.size(), metric_names().size()));
  evaluation.cases = json.value("cases", evaluation.cases);
  for (const auto& other : evaluation.cases)
    if (other.size() != metric_names().size())
      throw std::runtime_error(fmt::format("a case of {} metrics; expected {}", other.size(), metric_names().size()));
  json.at("reproducible").get_to(evaluation.reproducible);
  const auto seconds = json.at("seconds").get<std::array<double, 3>>();
  evaluation.seconds = {seconds[0], seconds[1], seconds[2]};
}

void to_json(Json& json, const Proof& proof) {
  json = {{"verdict", to_string(proof.verdict)}, {"doubt", proof.reason}};
}

void from_json(const Json& json, Proof& proof) {
  proof = {parse<Verdict>(json.at("verdict"), verdict_names(), "verdict"), json.at("doubt").get<std::string>()};
}

void to_json(Json& json, const QuestionKey& key) {
  json = {key.island, key.generation, key.slot, key.attempt};
}

void from_json(const Json& json, QuestionKey& key) {
  const auto numbers = json.get<std::array<std::uint32_t, 4>>();
  key = {numbers[0], numbers[1], numbers[2], numbers[3]};
}

void to_json(Json& json, const Exchange& exchange) {
  json = {{"model", exchange.model},     {"prompt", exchange.prompt},
          {"reply", exchange.reply},     {"outcome", to_string(exchange.outcome)},
          {"reason", exchange.reason},   {"tokens", {exchange.tokens_in, exchange.tokens_out}},
          {"seconds", exchange.seconds}, {"cost", exchange.cost},
          {"calls", exchange.calls}};
}

void from_json(const Json& json, Exchange& exchange) {
  const auto tokens = json.at("tokens").get<std::array<std::uint64_t, 2>>();
  exchange = {json.at("model").get<std::string>(),
              json.at("prompt").get<std::string>(),
              json.at("reply").get<std::string>(),
              parse<Outcome>(json.at("outcome"), outcome_names(), "outcome"),
              json.at("reason").get<std::string>(),
              tokens[0],
              tokens[1],
              json.at("seconds").get<double>(),
              json.at("cost").get<double>(),
              json.at("calls").get<std::uint32_t>()};
}

std::string to_bytes(const std::vector<Individual>& individuals) {
  auto list = Json::array();
  for (const auto& individual : individuals) {
    auto genes = Json::array();
    for (const auto& gene : individual.genome.genes) genes.push_back(json_of(gene));
    list.push_back({{"id", individual.id},
                    {"generation", individual.generation},
                    {"slot", individual.slot},
                    {"island", individual.island},
                    {"parents", individual.parents},
                    {"operation", individual.operation},
                    {"retries", individual.retries},
                    {"kernel", individual.genome.kernel},
                    {"genes", genes},
                    {"hash", individual.hash},
                    {"evaluation", individual.evaluation},
                    {"proof", individual.proof},
                    {"features", individual.features},
                    {"gain", individual.gain}});
    if (const auto& prediction = individual.prediction)
      list.back()["prediction"] = {prediction->objective, prediction->right};
  }
  std::string bytes;
  Json::to_msgpack(list, bytes);
  return bytes;
}

std::vector<Individual> from_bytes(const std::string& bytes, const Alphabet& alphabet) {
  std::vector<Individual> individuals;
  for (const auto& json : Json::from_msgpack(bytes)) {
    auto& individual = individuals.emplace_back();
    json.at("id").get_to(individual.id);
    json.at("generation").get_to(individual.generation);
    json.at("slot").get_to(individual.slot);
    json.at("island").get_to(individual.island);
    json.at("parents").get_to(individual.parents);
    json.at("operation").get_to(individual.operation);
    json.at("retries").get_to(individual.retries);
    json.at("kernel").get_to(individual.genome.kernel);
    for (const auto& gene : json.at("genes")) individual.genome.genes.push_back(parse_gene(gene, alphabet));
    json.at("hash").get_to(individual.hash);
    json.at("evaluation").get_to(individual.evaluation);
    json.at("proof").get_to(individual.proof);
    json.at("features").get_to(individual.features);
    json.at("gain").get_to(individual.gain);
    if (const auto prediction = json.find("prediction"); prediction != json.end())
      individual.prediction = {prediction->at(0).get<double>(), prediction->at(1).get<double>()};
  }
  return individuals;
}

}  // namespace exogene

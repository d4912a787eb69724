#include "experiment/search.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "experiment/fields.hpp"

namespace exogene {
namespace {

constexpr std::uint64_t most = 1'000'000'000'000'000;

/// How one setting is read and written.
struct Setting {
  std::function<void(const Fields&, std::string_view key, Search&)> read;
  std::function<std::string(const Search&)> write;
  bool optional = false;  ///< need not be there; is not written when the text is empty
};

Setting whole(std::uint32_t Search::*member, std::uint32_t min,
              const std::function<std::uint32_t(const Search&)>& max) {
  return {[=](const Fields& fields, std::string_view key, Search& search) {
            search.*member = static_cast<std::uint32_t>(fields.whole(key, min, max(search)));
          },
          [=](const Search& search) { return fmt::to_string(search.*member); }};
}

Setting whole(std::uint32_t Search::*member, std::uint32_t min, std::uint32_t max) {
  return whole(member, min, [max](const Search&) { return max; });
}

Setting number(double Search::*member, double max) {
  return {
      [=](const Fields& fields, std::string_view key, Search& search) { search.*member = fields.number(key, 0, max); },
      [=](const Search& search) { return fmt::to_string(search.*member); }};
}

Setting choice(std::string Search::*member, const std::vector<std::string>& choices) {
  return {
      [=](const Fields& fields, std::string_view key, Search& search) { search.*member = fields.choice(key, choices); },
      [=](const Search& search) { return search.*member; }};
}

Setting optional(const Setting& setting) {
  return {setting.read,
          [setting](const Search& search) {
            const auto text = setting.write(search);
            return text == setting.write({}) ? std::string() : text;
          },
          true};
}

void read_operators(const Fields& search, std::string_view key, Search& to) {
  const auto fields = search.map(key, {"choice", "weights"});
  Operators operators{fields.choice("choice", {"fixed", "uniform", "adaptive_pursuit"}), usual_weights()};
  if (fields.has("weights")) {
    std::vector<std::string> names;
    for (const auto& [name, weight] : usual_weights()) names.push_back(name);
    const auto weights = fields.map("weights", names);
    operators.weights.clear();
    for (const auto& name : names)
      if (weights.has(name))
        if (const auto weight = weights.number(name, 0, 1e6); weight > 0) operators.weights.emplace_back(name, weight);
    if (operators.weights.empty()) fields.fail("weights", "at least one operator with a weight above 0");
  }
  to.operators = std::move(operators);
}

std::string write_operators(const Search& search) {
  if (!search.operators) return {};
  std::vector<std::string> weights;
  for (const auto& [name, weight] : search.operators->weights) weights.push_back(fmt::format("{}: {}", name, weight));
  return fmt::format("{{choice: {}, weights: {{{}}}}}", search.operators->choice, fmt::join(weights, ", "));
}

void read_islands(const Fields& search, std::string_view key, Search& to) {
  const auto fields = search.map(key, {"count", "migration_every", "migrants", "stagnation"});
  const auto number = [&](std::string_view name, std::uint32_t min, std::uint32_t max) {
    return static_cast<std::uint32_t>(fields.whole(name, min, max));
  };
  to.islands = {number("count", 1, 1000), number("migration_every", 1, 1'000'000),
                number("migrants", 0, to.population - to.elites), number("stagnation", 1, 1'000'000)};
}

std::string write_islands(const Search& search) {
  if (!search.islands) return {};
  const auto& [count, every, migrants, stagnation] = *search.islands;
  return fmt::format("{{count: {}, migration_every: {}, migrants: {}, stagnation: {}}}", count, every, migrants,
                     stagnation);
}

void read_surrogate(const Fields& search, std::string_view key, Search& to) {
  const auto fields = search.map(key, {"candidates", "ranking"});
  Surrogate surrogate;
  surrogate.candidates = static_cast<std::uint32_t>(fields.whole("candidates", 2, most_candidates));
  if (fields.has("ranking")) surrogate.ranking = fields.choice("ranking", {"regression", "random"});
  to.surrogate = std::move(surrogate);
}

std::string write_surrogate(const Search& search) {
  if (!search.surrogate) return {};
  return fmt::format("{{candidates: {}, ranking: {}}}", search.surrogate->candidates, search.surrogate->ranking);
}

/// By key. Settings that limit others are read before them: see the order in settings().
const Setting& setting(const std::string& key) {
  static const std::map<std::string, Setting> all{
      {"retries", whole(&Search::retries, 0, most_retries)},
      {"population", whole(&Search::population, 2, 100'000)},
      {"elites", whole(&Search::elites, 1, [](const Search& search) { return search.population - 1; })},
      {"tournament", whole(&Search::tournament, 1, [](const Search& search) { return search.population; })},
      {"crossover", number(&Search::crossover, 1)},
      {"batch", whole(&Search::batch, 1, 10'000)},
      {"genes", whole(&Search::genes, 1, 256)},
      {"improvement", choice(&Search::improvement, {"first", "best"})},
      {"patience", whole(&Search::patience, 1, 1'000'000)},
      {"perturbation", whole(&Search::perturbation, 1, 256)},
      {"exploration", number(&Search::exploration, 1000)},
      {"widening", number(&Search::widening, 1000)},
      {"widening_exponent", number(&Search::widening_exponent, 1)},
      {"rollout", whole(&Search::rollout, 0, 255)},
      {"selection", optional(choice(&Search::selection, {"tournament", "nsga2", "lexicase"}))},
      {"operators", {read_operators, write_operators, true}},
      {"archive", optional(number(&Search::archive, 1))},
      {"islands", {read_islands, write_islands, true}},
      {"surrogate", {read_surrogate, write_surrogate, true}},
  };
  return all.at(key);
}

/// Settings of each algorithm, besides `algorithm` and `generations`.
using Settings = std::vector<std::pair<std::string, std::vector<std::string>>>;

const Settings& settings() {
  static const Settings all{
      {"generational",
       {"population", "elites", "tournament", "crossover", "retries", "selection", "operators", "archive", "islands",
        "surrogate"}},
      {"steady", {"population", "batch", "tournament", "crossover", "retries", "operators", "archive", "surrogate"}},
      {"random", {"batch", "genes", "retries"}},
      {"hill_climbing", {"batch", "improvement", "patience", "perturbation", "retries"}},
      {"mcts", {"batch", "exploration", "widening", "widening_exponent", "rollout", "retries"}},
      {"llm_only", {"population", "elites", "retries"}},
  };
  return all;
}

const std::vector<std::string>& settings(const std::string& algorithm) {
  return std::ranges::find(settings(), algorithm, &Settings::value_type::first)->second;
}

bool is_any_setting(const std::string& key) {
  return std::ranges::any_of(
      settings(), [&](const auto& entry) { return std::ranges::find(entry.second, key) != entry.second.end(); });
}

/// The algorithm decides which keys there may be; where it is missing, the first one's are asked for.
std::string read_algorithm(const Fields& experiment) {
  const auto map = experiment.node("search");
  if (!map.IsMap() || !map["algorithm"]) return algorithm_names().front();
  std::vector<std::string> keys;
  for (const auto& entry : map) keys.push_back(entry.first.IsScalar() ? entry.first.Scalar() : "algorithm");
  return Fields(map, experiment.origin("search"), keys).choice("algorithm", algorithm_names());
}

/// Refuses settings of other algorithms.
void check_settings(const Fields& experiment, const std::string& algorithm) {
  const auto map = experiment.node("search");
  if (!map.IsMap()) return;
  const auto keys = search_keys(algorithm);
  for (const auto& entry : map) {
    const auto& key = entry.first.Scalar();
    if (!is_any_setting(key) || std::ranges::find(keys, key) != keys.end()) continue;
    auto origin = experiment.origin("search");
    origin.path += "." + key;
    fail_at(entry.first, origin,
            fmt::format("{} is no setting of {}; expected one of {}", key, algorithm, fmt::join(keys, ", ")));
  }
}

}  // namespace

const std::vector<std::pair<std::string, double>>& usual_weights() {
  // Growth is favoured: the curated genomes are short.
  static const std::vector<std::pair<std::string, double>> all{
      {"insert", 34}, {"delete", 10}, {"replace", 10}, {"change_argument", 22}, {"swap", 8}, {"duplicate", 4},
      {"move", 4},    {"graft", 4},   {"macro", 4}};
  return all;
}

const std::vector<std::string>& operator_names() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (const auto& [name, weight] : usual_weights()) names.push_back(name);
    names.emplace_back("crossover");
    return names;
  }();
  return all;
}

std::vector<std::string> algorithm_names() {
  std::vector<std::string> result;
  for (const auto& [name, keys] : settings()) result.push_back(name);
  return result;
}

bool asks_llms(std::string_view algorithm) {
  return algorithm == "generational" || algorithm == "steady" || algorithm == "llm_only";
}

std::vector<std::string> search_keys(const std::string& algorithm) {
  auto keys = settings(algorithm);
  // `population` in front, as experiments have it
  keys.insert(keys.begin(), "algorithm");
  keys.insert(keys.begin() + (keys[1] == "population" ? 2 : 1), "generations");
  return keys;
}

Budget read_budget(const Fields& experiment, std::size_t curated) {
  Budget result;
  if (!experiment.has("budget")) return result;
  const auto fields = experiment.map("budget", {"evaluations", "seconds", "instructions"});
  if (fields.has("evaluations")) result.evaluations = fields.whole("evaluations", curated, most);
  if (fields.has("seconds")) result.seconds = fields.number("seconds", 0.001, 1e9);
  if (fields.has("instructions")) result.instructions = fields.whole("instructions", 1, most * 1000);
  return result;
}

Search read_search(const Fields& experiment, const Budget& budget) {
  Search result;
  result.algorithm = read_algorithm(experiment);
  check_settings(experiment, result.algorithm);
  const auto fields = experiment.map("search", search_keys(result.algorithm));
  (void)fields.node("algorithm");
  for (const auto& key : settings(result.algorithm))
    if (!setting(key).optional || fields.has(key)) setting(key).read(fields, key, result);
  if (fields.has("generations") || budget == Budget{})
    result.generations = static_cast<std::uint32_t>(fields.whole("generations", 0, 1'000'000));
  return result;
}

std::string to_text(const Budget& budget) {
  std::vector<std::string> parts;
  if (budget.evaluations) parts.push_back(fmt::format("evaluations: {}", *budget.evaluations));
  if (budget.seconds) parts.push_back(fmt::format("seconds: {}", *budget.seconds));
  if (budget.instructions) parts.push_back(fmt::format("instructions: {}", *budget.instructions));
  return parts.empty() ? std::string() : fmt::format("budget: {{{}}}\n", fmt::join(parts, ", "));
}

std::string to_text(const Search& search) {
  std::string text;
  for (const auto& key : search_keys(search.algorithm)) {
    if (key == "algorithm")
      text += fmt::format("algorithm: {}\n", search.algorithm);
    else if (key != "generations") {
      const auto value = setting(key).write(search);
      if (!value.empty()) text += fmt::format("{}: {}\n", key, value);
    } else if (search.generations)
      text += fmt::format("generations: {}\n", *search.generations);
  }
  return text;
}

}  // namespace exogene

#include "experiment/experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "experiment/fields.hpp"
#include "experiment/overrides.hpp"

namespace exogene {
namespace {

namespace fs = std::filesystem;

// The folder that references are relative to; none for text that refers to no files.
using Base = std::optional<fs::path>;

// A map, written inline or in a file of its own.
struct Part {
  YAML::Node node;
  Origin origin;
};

Part resolve(const YAML::Node& node, const Origin& origin, std::string_view key, const Base& base) {
  if (node.IsMap()) return {node, origin};
  const auto what = fmt::format("{} is {}", key, describe(node));
  if (!base) fail_at(node, origin, what + "; expected a map, for this text refers to no files");
  if (!node.IsScalar() || node.Scalar().empty())
    fail_at(node, origin, what + "; expected the path of a file, relative to this one, or a map");
  const auto path = (*base / node.Scalar()).lexically_normal();
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    fail_at(node, origin,
            fmt::format("{}, but there is no file {}; expected a path relative to this file", what, path.string()));
  return {parse_yaml(read_text(path), path.string()), {path.string()}};
}

Part resolve(const Fields& fields, std::string_view key, const Base& base) {
  const auto node = fields.node(key);
  if (node.IsNull()) fields.fail(key, "the path of a file, relative to this one, or a map");
  return resolve(node, fields.origin(key), key, base);
}

Genome read_genome(const YAML::Node& node, const Origin& origin, const Base& base, const Kernel& kernel,
                   const Alphabet& alphabet) {
  const auto part = resolve(node, origin, "initial", base);
  const bool overridden = part.node.Mark().is_null() && !part.origin.overrides.empty();
  const auto source = overridden ? "--set " + part.origin.path : part.origin.source;
  auto genome = parse_genome(flow_text(part.node, source), source, alphabet);
  if (genome.kernel != kernel.family)
    fail_at(part.node["kernel"], part.origin,
            fmt::format("kernel is '{}'; expected {}, the experiment's kernel", genome.kernel, kernel.family));
  return genome;
}

std::vector<Curated> read_initial(const Fields& fields, const Base& base, const Kernel& kernel,
                                  const Alphabet& alphabet) {
  const auto map = fields.node("initial");
  if (!map.IsMap() || map.size() == 0) fields.fail("initial", "a map of one or more genomes, each under its name");
  std::vector<std::string> names;
  for (const auto& entry : map) {
    names.push_back(entry.first.Scalar());
    if (!is_site_name(names.back()))
      fail_at(entry.first, fields.origin("initial"),
              fmt::format("'{}' is no name; expected e.g. baseline", names.back()));
  }
  const Fields genomes(map, fields.origin("initial"), names);
  std::vector<Curated> result;
  for (const auto& name : names)
    result.push_back({name, read_genome(genomes.node(name), genomes.origin(name), base, kernel, alphabet)});
  return result;
}

constexpr std::uint64_t most_instructions = 1'000'000'000'000'000;
constexpr double most_seconds = 86400;

Limits read_limits(const Fields& experiment, const Kernel& kernel) {
  auto result = default_limits(kernel);
  if (!experiment.has("limits")) return result;
  const auto fields = experiment.map("limits", {"instructions", "seconds"});
  if (fields.has("instructions")) result.instructions = fields.whole("instructions", 1, most_instructions);
  if (fields.has("seconds")) result.seconds = fields.number("seconds", 0.001, most_seconds);
  return result;
}

// The item of `key`, or the list of them below `keys`: one or more, all different.
template <class Item>
std::vector<Item> read_items(const Fields& fields, std::string_view key, const std::string& keys, const Base& base,
                             Item (*parse)(const YAML::Node&, const Origin&)) {
  if (!fields.has(keys)) {
    const auto part = resolve(fields, key, base);
    return {parse(part.node, part.origin)};
  }
  if (fields.has(key)) fields.fail(key, fmt::format("it or {}, not both", keys));
  const auto list = fields.node(keys);
  if (!list.IsSequence() || list.size() == 0)
    fields.fail(keys, "a list of one or more, each the path of a file, relative to this one, or a map");
  std::vector<Item> result;
  for (const auto& node : list) {
    const auto part = resolve(node, fields.origin(keys), keys, base);
    auto item = parse(part.node, part.origin);
    if (std::ranges::find(result, item) != result.end())
      fail_at(node, fields.origin(keys), fmt::format("{} has {} twice; expected it once", keys, item.name));
    result.push_back(std::move(item));
  }
  return result;
}

void read_cases(const Fields& fields, const Base& base, Experiment& to) {
  to.more_kernels = read_items<Kernel>(fields, "kernel", "kernels", base, parse_kernel);
  to.more_accelerators = read_items<Accelerator>(fields, "accelerator", "accelerators", base, parse_accelerator);
  to.kernel = to.more_kernels.front();
  to.accelerator = to.more_accelerators.front();
  to.more_kernels.erase(to.more_kernels.begin());
  to.more_accelerators.erase(to.more_accelerators.begin());
  for (const auto& kernel : to.more_kernels)
    if (kernel.family != to.kernel.family)
      fields.fail("kernels", fmt::format("kernels of one family, so that a genome fits all; {} is no {}", kernel.name,
                                         to.kernel.family));
  constexpr std::size_t most_cases = 16;
  if (const auto count = cases(to).size(); count > most_cases)
    fields.fail(fields.has("kernels") ? "kernels" : "accelerators",
                fmt::format("at most {} kernels times accelerators, not {}", most_cases, count));
}

void check_llm(const Fields& fields, const Experiment& experiment) {
  const auto& algorithm = experiment.search.algorithm;
  if (algorithm == "llm_only" && !experiment.llm)
    fail_at(fields.node("search")["algorithm"], fields.origin("search"),
            "algorithm is 'llm_only' without a key 'llm'; expected its models there");
  if (experiment.llm && !asks_llms(algorithm))
    fields.fail("llm", fmt::format("a search that asks LLMs, not {}", algorithm));
}

Experiment read_experiment(const YAML::Node& root, const Origin& origin, const Base& base, const Alphabet& alphabet,
                           const std::vector<std::string>& metrics) {
  const Fields fields(root, origin,
                      {"name", "kernel", "accelerator", "initial", "objectives", "seed", "checks", "require_proof",
                       "proof_seconds", "limits", "budget", "search", "kernels", "accelerators", "llm"});
  Experiment result;
  result.name = fields.word("name");
  read_cases(fields, base, result);
  result.initial = read_initial(fields, base, result.kernel, alphabet);
  result.objectives =
      fields.has("objectives") ? fields.words("objectives", metrics) : std::vector<std::string>{"cycles"};
  result.seed = fields.whole("seed", 0, std::numeric_limits<std::uint64_t>::max());
  if (fields.has("checks") && fields.choice("checks", {"deferred", "always"}) == "always")
    result.checks = Checks::always;
  if (fields.has("require_proof")) result.require_proof = fields.truth("require_proof");
  if (fields.has("proof_seconds")) result.proof_seconds = fields.number("proof_seconds", 0, 86400);
  result.limits = read_limits(fields, result.kernel);
  result.budget = read_budget(fields, result.initial.size());
  result.search = read_search(fields, result.budget);
  if (fields.has("llm")) result.llm = read_llm(fields);
  check_llm(fields, result);
  return result;
}

// `text`, whole lines, with `first` before the first and as much space before each other line.
std::string indented(const std::string& text, const std::string& first) {
  std::string result = first;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) result += std::string(first.size(), ' ');
  }
  return result;
}

// `KEY:` and the item, or `KEYs:` and a list of them.
template <class Item>
std::string items_text(const std::string& key, const Item& first, const std::vector<Item>& more) {
  if (more.empty()) return fmt::format("{}:\n{}", key, indented(to_text(first), "  "));
  auto text = fmt::format("{}s:\n{}", key, indented(to_text(first), "  - "));
  for (const auto& item : more) text += indented(to_text(item), "  - ");
  return text;
}

}  // namespace

Limits default_limits(const Kernel& kernel) {
  constexpr double least_rate = 1e7;  // instructions a second, of a busy machine
  const auto instructions = 32 * macs(kernel);
  Limits result;
  if (instructions > static_cast<double>(result.instructions))
    result.instructions = std::min(static_cast<std::uint64_t>(instructions), most_instructions);
  result.seconds = std::clamp(std::ceil(instructions / least_rate), result.seconds, most_seconds);
  return result;
}

std::vector<Case> cases(const Experiment& experiment) {
  auto kernels = experiment.more_kernels;
  auto accelerators = experiment.more_accelerators;
  kernels.insert(kernels.begin(), experiment.kernel);
  accelerators.insert(accelerators.begin(), experiment.accelerator);
  std::vector<Case> result;
  for (const auto& kernel : kernels)
    for (const auto& accelerator : accelerators) result.push_back({kernel, accelerator});
  return result;
}

std::string_view to_string(Checks checks) {
  return checks == Checks::always ? "always" : "deferred";
}

Experiment load_experiment(const fs::path& path, const std::vector<std::string>& overrides, const Alphabet& alphabet,
                           const std::vector<std::string>& metrics) {
  const auto root = parse_yaml(read_text(path), path.string());
  Origin origin{path.string()};
  if (root.IsMap()) origin.overrides = apply_overrides(root, overrides);
  return read_experiment(root, origin, path.parent_path(), alphabet, metrics);
}

Experiment parse_experiment(const std::string& text, std::string_view source, const Alphabet& alphabet,
                            const std::vector<std::string>& metrics) {
  return read_experiment(parse_yaml(text, source), {std::string(source)}, std::nullopt, alphabet, metrics);
}

std::string to_text(const Experiment& experiment) {
  auto text = fmt::format("name: {}\n{}{}initial:\n", experiment.name,
                          items_text("kernel", experiment.kernel, experiment.more_kernels),
                          items_text("accelerator", experiment.accelerator, experiment.more_accelerators));
  for (const auto& [name, genome] : experiment.initial)
    text += fmt::format("  {}:\n{}", name, indented(to_text(genome), "    "));
  return text + fmt::format(
                    "objectives: [{}]\n"
                    "seed: {}\n"
                    "checks: {}\n"
                    "require_proof: {}\n"
                    "proof_seconds: {}\n"
                    "limits: {{instructions: {}, seconds: {}}}\n"
                    "{}"
                    "search:\n{}"
                    "{}",
                    fmt::join(experiment.objectives, ", "), experiment.seed, to_string(experiment.checks),
                    experiment.require_proof, experiment.proof_seconds, experiment.limits.instructions,
                    experiment.limits.seconds, to_text(experiment.budget), indented(to_text(experiment.search), "  "),
                    experiment.llm ? to_text(*experiment.llm) : "");
}

}  // namespace exogene

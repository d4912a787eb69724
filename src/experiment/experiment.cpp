#include "experiment/experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

Limits read_limits(const Fields& experiment) {
  Limits result;
  if (!experiment.has("limits")) return result;
  const auto fields = experiment.map("limits", {"instructions", "seconds"});
  if (fields.has("instructions")) result.instructions = fields.whole("instructions", 1, 1'000'000'000'000'000);
  if (fields.has("seconds")) result.seconds = fields.number("seconds", 0.001, 86400);
  return result;
}

Search read_search(const Fields& experiment) {
  const auto fields = experiment.map(
      "search", {"algorithm", "population", "generations", "elites", "tournament", "crossover", "retries"});
  const auto whole = [&](std::string_view key, std::uint32_t min, std::uint32_t max) {
    return static_cast<std::uint32_t>(fields.whole(key, min, max));
  };
  Search result;
  result.algorithm = fields.choice("algorithm", {"generational", "llm_only"});
  result.population = whole("population", 2, 100'000);
  result.generations = whole("generations", 0, 1'000'000);
  result.elites = whole("elites", 1, result.population - 1);
  result.tournament = whole("tournament", 1, result.population);
  result.crossover = fields.number("crossover", 0, 1);
  result.retries = whole("retries", 0, 1000);
  return result;
}

Experiment read_experiment(const YAML::Node& root, const Origin& origin, const Base& base, const Alphabet& alphabet,
                           const std::vector<std::string>& metrics) {
  const Fields fields(
      root, origin,
      {"name", "kernel", "accelerator", "initial", "objectives", "seed", "checks", "limits", "search", "llm"});
  Experiment result;
  result.name = fields.word("name");
  const auto kernel = resolve(fields, "kernel", base);
  result.kernel = parse_kernel(kernel.node, kernel.origin);
  const auto accelerator = resolve(fields, "accelerator", base);
  result.accelerator = parse_accelerator(accelerator.node, accelerator.origin);
  result.initial = read_initial(fields, base, result.kernel, alphabet);
  result.objectives =
      fields.has("objectives") ? fields.words("objectives", metrics) : std::vector<std::string>{"cycles"};
  result.seed = fields.whole("seed", 0, std::numeric_limits<std::uint64_t>::max());
  if (fields.has("checks") && fields.choice("checks", {"deferred", "always"}) == "always")
    result.checks = Checks::always;
  result.limits = read_limits(fields);
  result.search = read_search(fields);
  if (fields.has("llm")) result.llm = read_llm(fields);
  if (result.search.algorithm == "llm_only" && !result.llm)
    fail_at(fields.node("search")["algorithm"], origin,
            "algorithm is 'llm_only' without a key 'llm'; expected its models there");
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

}  // namespace

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
  auto text = fmt::format("name: {}\nkernel:\n{}accelerator:\n{}initial:\n", experiment.name,
                          indented(to_text(experiment.kernel), "  "), indented(to_text(experiment.accelerator), "  "));
  for (const auto& [name, genome] : experiment.initial)
    text += fmt::format("  {}:\n{}", name, indented(to_text(genome), "    "));
  const auto& search = experiment.search;
  return text +
         fmt::format(
             "objectives: [{}]\n"
             "seed: {}\n"
             "checks: {}\n"
             "limits: {{instructions: {}, seconds: {}}}\n"
             "search:\n"
             "  algorithm: {}\n"
             "  population: {}\n"
             "  generations: {}\n"
             "  elites: {}\n"
             "  tournament: {}\n"
             "  crossover: {}\n"
             "  retries: {}\n",
             fmt::join(experiment.objectives, ", "), experiment.seed, to_string(experiment.checks),
             experiment.limits.instructions, experiment.limits.seconds, search.algorithm, search.population,
             search.generations, search.elites, search.tournament, search.crossover, search.retries) +
         (experiment.llm ? to_text(*experiment.llm) : "");
}

}  // namespace exogene

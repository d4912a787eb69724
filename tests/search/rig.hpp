#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "../operators/rig.hpp"
#include "llm/edits.hpp"
#include "llm/prompt.hpp"
#include "operators/draw.hpp"
#include "search/algorithm.hpp"
#include "search/budget.hpp"

namespace exogene {

/// A population of 20 of which 3 live on, from an empty genome and one that tensorises.
inline Experiment search_experiment() {
  Experiment experiment;
  experiment.initial = {{"naive", parse_genome("kernel: matmul\ngenes: []\n", "naive", alphabet())},
                        {"array", parse_genome("kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 2]}\n"
                                               "  - hoist: {buffer: b, loops: 2}\n",
                                               "array", alphabet())}};
  experiment.accelerator.dim = 16;
  experiment.accelerator.scratchpad_kib = 256;
  experiment.accelerator.accumulator_kib = 64;
  experiment.objectives = {"memory_accesses", "instructions"};
  experiment.seed = 7;
  auto& search = experiment.search;
  search.algorithm = "generational";
  search.generations = 10;
  search.population = 20;
  search.elites = 3;
  search.tournament = 3;
  search.crossover = 0.4;
  search.retries = 40;
  return experiment;
}

inline Llm models(double share) {
  Llm llm;
  llm.share = share;
  llm.models = {{"http://a/v1", "often", "", 3, 0, 0}, {"http://b/v1", "seldom", "", 1, 0, 0}};
  return llm;
}

/// The same for any algorithm, with settings for all of them.
inline Experiment search_experiment(const std::string& algorithm) {
  auto experiment = search_experiment();
  auto& search = experiment.search;
  search.algorithm = algorithm;
  search.batch = 5;
  search.genes = 8;
  search.improvement = "best";
  search.patience = 2;
  search.perturbation = 3;
  search.exploration = 0.3;
  search.widening = 1;
  search.widening_exponent = 0.5;
  search.rollout = 2;
  if (algorithm == "llm_only") {
    experiment.llm = models(1);
    search.population = 8;  // prompts take their time
  }
  return experiment;
}

/// A pure function of the genome: the status and all metrics are read off its hash, about one in four is not ok.
inline Evaluation evaluation_of(const Genome& genome) {
  const auto text = hash(genome);
  Evaluation evaluation;
  evaluation.c_hash = {text.low, text.high};
  evaluation.introns = {static_cast<std::int64_t>(text.low % 5)};
  evaluation.seconds = {1.5, 2.5, 3.5};
  if (text.high % 4 == 0) {
    evaluation.status = static_cast<Status>(1 + text.low % static_cast<std::uint64_t>(Status::crashed));
    evaluation.reason = "made up";
    evaluation.failed_gene = evaluation.status == Status::decode_failed ? 0 : -1;
    evaluation.reproducible = evaluation.status != Status::timeout;
    return evaluation;
  }
  evaluation.status = Status::ok;
  for (std::size_t i = 0; i < metric_names().size(); ++i)
    evaluation.metrics.push_back((text.low >> i) % 6);  // few values, so that the lesser criteria decide too
  return evaluation;
}

/// Sites behind a prefix; one prefix in eight does not decode.
inline std::optional<Sites> sites_of(std::span<const Gene> prefix) {
  const Genome genome{"matmul", {prefix.begin(), prefix.end()}};
  if (!prefix.empty() && hash(genome).low % 8 == 0) return std::nullopt;
  const auto tensorises = [](const Gene& gene) { return gene.kind->name == "tensorise"; };
  return std::ranges::any_of(prefix, tensorises) ? array_sites() : naive_sites();
}

/// A model whose replies are a function of the key: every outcome that one can have, and genes that fit.
inline Exchange reply_to(const QuestionKey& key, std::size_t model, const Prompt& prompt) {
  Random random({99, key.generation, key.slot, key.attempt, 0});
  Exchange exchange;
  exchange.model = std::to_string(model);
  exchange.prompt = to_text(prompt);
  exchange.tokens_in = exchange.prompt.size();
  exchange.outcome = Outcome::accepted;
  switch (random.below(8)) {
    case 0:
      exchange.outcome = Outcome::unavailable;
      exchange.reason = "no server";
      break;
    case 1:
      exchange.outcome = Outcome::truncated;
      exchange.reply = "{\"edits\"";
      break;
    case 2:
      break;  // empty
    case 3:
      exchange.reply = R"({"edits": [{"edit": "insert", "position": 0, "gene": {"no_such": {}}}]})";
      break;
    case 4:
    case 5:
      exchange.reply = R"({"edits": [{"edit": "insert", "position": 0, "gene": {"simplify": {}}}]})";  // soon known
      break;
    default:
      exchange.reply = to_json({{Edit::Kind::insert, 0, *draw_gene(alphabet(), naive_sites(), random)}});
  }
  return exchange;
}

/// Numbers that say a little of what evaluation_of makes of the genome; one genome in sixteen does not decode.
inline std::optional<Features> features_of(std::span<const Gene> genes) {
  const auto text = hash(Genome{"matmul", {genes.begin(), genes.end()}});
  if (text.low % 16 == 0) return std::nullopt;
  Features features(feature_names().size(), 1);
  for (std::size_t i = 0; i < 20; ++i) features[i] = static_cast<double>((text.low >> (i + 20)) % 6);
  return features;
}

inline Workbench workbench(std::size_t lanes = 1) {
  Workbench result;
  result.lanes = lanes;
  result.evaluate = [](std::size_t, const Genome& genome) { return evaluation_of(genome); };
  result.sites = [](std::size_t, std::span<const Gene> prefix) { return sites_of(prefix); };
  result.refused = [](std::size_t, std::span<const Gene>) { return std::nullopt; };
  result.text = [](std::size_t, std::span<const Gene> genes) { return fmt::format("{} genes", genes.size()); };
  result.features = [](std::size_t, std::span<const Gene> genes) { return features_of(genes); };
  result.ask = reply_to;
  return result;
}

inline Lineage lineage_of(const Experiment& experiment, const std::vector<Generation>& generations = {}) {
  Lineage lineage(objectives(experiment.objectives));
  for (const auto& generation : generations) lineage.add(generation);
  return lineage;
}

/// `count` generations, after those given.
inline std::vector<Generation> run(const Experiment& experiment, const Workbench& bench, std::uint32_t count,
                                   std::vector<Generation> generations = {}) {
  auto lineage = lineage_of(experiment, generations);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto next = next_generation(lineage, experiment, alphabet(), bench);
    REQUIRE(next.has_value());
    lineage.add(*next);
    generations.push_back(std::move(*next));
  }
  return generations;
}

/// The generations after those given, to the end that the experiment's limits set.
inline std::vector<Generation> run_to_end(const Experiment& experiment, const Workbench& bench,
                                          std::vector<Generation> generations = {}) {
  auto lineage = lineage_of(experiment, generations);
  while (!reason_to_end(lineage, experiment)) {
    generations.push_back(next_generation(lineage, experiment, alphabet(), bench).value());
    lineage.add(generations.back());
  }
  return generations;
}

/// Calls of evaluate by genome.
struct Calls {
  std::mutex mutex;
  std::map<Hash, int> count;

  Workbench workbench(std::size_t lanes) {
    auto bench = exogene::workbench(lanes);
    bench.evaluate = [this](std::size_t, const Genome& genome) {
      const std::lock_guard lock(mutex);
      ++count[hash(genome)];
      return evaluation_of(genome);
    };
    return bench;
  }
};

inline std::set<Hash> genomes(const std::vector<Generation>& generations) {
  std::set<Hash> result;
  for (const auto& generation : generations)
    for (const auto& individual : generation.born) result.insert(individual.hash);
  return result;
}

/// Every field.
inline std::string to_text(const Individual& individual) {
  const auto& e = individual.evaluation;
  const auto expected = individual.prediction.value_or(Prediction{-1, -1});
  return fmt::format(
      "{} {} {} {} {} {} {} {:x}-{:x} | {} '{}' {} {} {:x}-{:x} {} {} {} {} {} | {} '{}' | {} {} {} {} | {}",
      individual.id, individual.generation, individual.slot, individual.island, individual.parents,
      individual.operation, individual.retries, individual.hash.high, individual.hash.low, to_string(e.status),
      e.reason, e.failed_gene, e.introns, e.c_hash.high, e.c_hash.low, e.metrics, e.reproducible, e.seconds.decode,
      e.seconds.compile, e.seconds.simulate, to_string(individual.proof.verdict), individual.proof.reason,
      individual.features, expected.objective, expected.right, individual.gain, to_text(individual.genome));
}

/// Every field of every individual and every population, a line or more each.
inline std::vector<std::string> to_texts(const std::vector<Generation>& generations) {
  std::vector<std::string> texts;
  for (const auto& generation : generations) {
    for (const auto& individual : generation.born) texts.push_back(to_text(individual));
    texts.push_back(fmt::format("generation {}: {}, front {}, operators {}", generation.number, generation.population,
                                generation.front, generation.probabilities));
  }
  return texts;
}

inline void check_same(const std::vector<Generation>& a, const std::vector<Generation>& b) {
  const auto left = to_texts(a);
  const auto right = to_texts(b);
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) REQUIRE(left[i] == right[i]);
}

}  // namespace exogene

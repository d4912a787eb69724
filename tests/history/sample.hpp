#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>

#include "experiment/search.hpp"
#include "genome/alphabet.hpp"
#include "history/reader.hpp"
#include "history/run_info.hpp"

/// A made-up search for the tests of histories.
namespace exogene::sample {

inline const Alphabet& alphabet() {
  static const auto loaded = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  return loaded;
}

inline RunInfo info() {
  return {"name: sample\nseed: 7\n", {{"exo-lang", "1.0.0"}, {"gcc", "12.2"}, {"model", "1"}}};
}

inline Evaluation evaluation(std::int64_t id, std::size_t genes) {
  Evaluation result;
  result.status = static_cast<Status>(static_cast<std::size_t>(id) % status_names().size());
  result.seconds = {0.1 * static_cast<double>(id), 0.25, 1.0 / 3.0};
  result.c_hash = {static_cast<std::uint64_t>(id), ~static_cast<std::uint64_t>(id)};
  if (result.status == Status::ok || result.status == Status::not_proven)
    for (std::size_t i = 0; i < metric_names().size(); ++i)
      result.metrics.push_back(~std::uint64_t{0} - i - static_cast<std::uint64_t>(id));
  if (result.status == Status::ok && id % 2 == 0)
    for (std::uint64_t other = 1; other < 3; ++other) {
      result.cases.push_back(result.metrics);
      result.cases.back()[0] = other;
    }
  if (result.status != Status::ok)
    result.reason = "refused: “x” is no loop, " + std::string(static_cast<std::size_t>(id % 7), '!');
  if (result.status == Status::decode_failed) result.failed_gene = static_cast<std::int64_t>(genes) - 1;
  if (result.status == Status::timeout) result.reproducible = false;
  for (std::int64_t gene = 0; gene < id % 3; ++gene) result.introns.push_back(gene);
  return result;
}

inline Proof proof(std::int64_t id) {
  const auto verdict = static_cast<Verdict>(static_cast<std::size_t>(id) % verdict_names().size());
  if (verdict == Verdict::untried || verdict == Verdict::proven) return {verdict, {}};
  return {verdict, "decode_failed, gene 3 (“x”): refused" + std::string(static_cast<std::size_t>(id % 5), '!')};
}

inline Individual individual(std::int64_t id, std::uint32_t generation, std::uint32_t slot) {
  std::string text = "kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 4]}\n  - permute: {loops: [jo, io#1]}\n";
  for (std::int64_t i = 0; i <= id % 5; ++i)
    text += "  - divide_loop: {loop: i, factor: " + std::to_string(2 + id % 4000) + ", tail: perfect}\n";
  Individual result;
  result.id = id;
  result.generation = generation;
  result.slot = slot;
  if (id > 0) result.parents = {id - 1, id % 2 == 0 ? id / 2 : -1};
  result.operation = id == 0 ? "curated" : id % 2 == 0 ? "crossover" : "insert";
  result.retries = slot;
  result.genome = parse_genome(text, "sample", alphabet());
  result.hash = hash(result.genome);
  result.evaluation = evaluation(id, result.genome.genes.size());
  result.proof = proof(id);
  result.island = static_cast<std::uint32_t>(id % 3);
  if (id % 3 == 1)
    for (std::size_t i = 0; i < feature_names().size(); ++i)
      result.features.push_back(static_cast<double>(i) / 3 + static_cast<double>(id));
  if (id % 4 == 1) result.prediction = Prediction{1.0 / 3.0 * static_cast<double>(id), 0.75};
  if (result.evaluation.status == Status::ok) result.gain = 1.0 / static_cast<double>(3 + id);
  return result;
}

inline Exchange exchange(std::uint32_t number) {
  return {"model-" + std::to_string(number % 2),
          "[{\"role\":\"user\",\"content\":\"“" + std::string(number * 40, 'p') + "”\"}]",
          std::string(number % 3, 'r'),
          static_cast<Outcome>(number % outcome_names().size()),
          number % 2 == 0 ? "" : "why not",
          1000 + number,
          number,
          0.1 * number,
          1.0 / 3.0 * number,
          number};
}

/// Generations differ in their number of proposals; the first has none.
inline Proposal proposal(std::uint32_t generation, std::uint32_t slot) {
  return {{0, generation, slot, slot % 3}, slot, slot % 2 == 0 ? -1 : 2, exchange(10 * generation + slot)};
}

/// Generations differ in size; that of number 3 has no births.
inline std::uint32_t births_in(std::uint32_t number) {
  return number == 3 ? 0 : 4 + number % 3;
}

inline Generation generation(std::uint32_t number) {
  std::int64_t id = 0;
  for (std::uint32_t earlier = 0; earlier < number; ++earlier) id += births_in(earlier);
  Generation result;
  result.number = number;
  result.seconds = 0.5 + number;
  for (std::uint32_t slot = 0; slot < births_in(number); ++slot) result.born.push_back(individual(id++, number, slot));
  for (std::uint32_t slot = 0; slot < 2 * number; ++slot)
    if (slot < 4) result.proposals.push_back(proposal(number, slot));
  for (auto alive = id - 1; alive >= 0 && alive > id - 4; --alive) result.population.push_back(alive);
  for (auto other = id - 1; other >= 0 && other > id - 1 - number; --other) result.front.push_back(other);
  if (number % 2 == 1)
    for (std::size_t i = 0; i < operator_names().size(); ++i)
      result.probabilities.push_back(1.0 / static_cast<double>(1 + number + i));
  return result;
}

/// What a reader should find after so many generations.
inline History history(std::uint32_t generations) {
  History result{info(), {}, {}, {}};
  for (std::uint32_t number = 0; number < generations; ++number) {
    auto next = generation(number);
    result.individuals.insert(result.individuals.end(), next.born.begin(), next.born.end());
    result.proposals.insert(result.proposals.end(), next.proposals.begin(), next.proposals.end());
    next.born.clear();
    next.proposals.clear();
    result.generations.push_back(next);
  }
  return result;
}

/// A new directory, removed with all that is in it.
class Directory {
 public:
  Directory() {
    auto name = (std::filesystem::temp_directory_path() / "exogene-history-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory for a test: " + name);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace exogene::sample

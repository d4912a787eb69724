#include "history/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace exogene {
namespace {

/// Collects the first difference of one row of both.
class Comparison {
 public:
  explicit Comparison(std::string where) : where_(std::move(where)) {}

  template <class T>
  void operator()(std::string_view what, const T& a, const T& b) {
    if (!found_ && a != b) found_ = fmt::format("{}: {} is {}, then {}", where_, what, a, b);
  }

  [[nodiscard]] const std::optional<std::string>& found() const { return found_; }

 private:
  std::string where_;
  std::optional<std::string> found_;
};

std::string to_text(const Hash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

void compare(Comparison& differ, const Genome& a, const Genome& b) {
  differ("kernel", a.kernel, b.kernel);
  for (std::size_t i = 0; i < std::min(a.genes.size(), b.genes.size()); ++i)
    if (a.genes[i] != b.genes[i])
      differ(fmt::format("gene {}", i), exogene::to_text(a.genes[i]), exogene::to_text(b.genes[i]));
  differ("number of genes", a.genes.size(), b.genes.size());
}

void compare(Comparison& differ, const Evaluation& a, const Evaluation& b) {
  differ("status", to_string(a.status), to_string(b.status));
  differ("reason", a.reason, b.reason);
  differ("failed_gene", a.failed_gene, b.failed_gene);
  differ("introns", a.introns, b.introns);
  differ("c_hash", to_text(a.c_hash), to_text(b.c_hash));
  for (std::size_t i = 0; i < std::min(a.metrics.size(), b.metrics.size()); ++i)
    differ(metric_names()[i], a.metrics[i], b.metrics[i]);
  differ("number of metrics", a.metrics.size(), b.metrics.size());
  differ("metrics of other cases", a.cases, b.cases);
  differ("reproducible", a.reproducible, b.reproducible);
}

// Time decides which proofs there are, where none is required.
void compare(Comparison& differ, const Proof& a, const Proof& b) {
  const auto decided = [](const Proof& proof) {
    return proof.verdict == Verdict::proven || proof.verdict == Verdict::not_proven;
  };
  if (!decided(a) || !decided(b)) return;
  differ("verdict", to_string(a.verdict), to_string(b.verdict));
  differ("doubt", a.reason, b.reason);
}

std::optional<std::string> difference(const Individual& a, const Individual& b) {
  Comparison differ(fmt::format("individual {} (generation {}, slot {})", a.id, a.generation, a.slot));
  differ("id", a.id, b.id);
  differ("generation", a.generation, b.generation);
  differ("slot", a.slot, b.slot);
  differ("island", a.island, b.island);
  differ("parents", a.parents, b.parents);
  differ("operation", a.operation, b.operation);
  differ("retries", a.retries, b.retries);
  compare(differ, a.genome, b.genome);
  differ("hash", to_text(a.hash), to_text(b.hash));
  compare(differ, a.evaluation, b.evaluation);
  differ("features", a.features, b.features);
  const auto expected = [](const Individual& individual) {
    const auto& prediction = individual.prediction;
    return prediction ? fmt::format("{} and {}", prediction->objective, prediction->right) : std::string("none");
  };
  differ("prediction", expected(a), expected(b));
  differ("gain", a.gain, b.gain);
  compare(differ, a.proof, b.proof);
  return differ.found();
}

std::optional<std::string> difference(const Generation& a, const Generation& b) {
  Comparison differ(fmt::format("generation {}", a.number));
  differ("number", a.number, b.number);
  differ("population", a.population, b.population);
  differ("front", a.front, b.front);
  differ("probabilities", a.probabilities, b.probabilities);
  return differ.found();
}

std::optional<std::string> difference(const Proposal& a, const Proposal& b) {
  Comparison differ(fmt::format("proposal for generation {}, slot {}", a.key.generation, a.key.slot));
  differ("generation", a.key.generation, b.key.generation);
  differ("slot", a.key.slot, b.key.slot);
  differ("attempt", a.key.attempt, b.key.attempt);
  differ("parent", a.parent, b.parent);
  differ("child", a.child, b.child);
  differ("model", a.exchange.model, b.exchange.model);
  differ("prompt", a.exchange.prompt, b.exchange.prompt);
  differ("reply", a.exchange.reply, b.exchange.reply);
  differ("outcome", to_string(a.exchange.outcome), to_string(b.exchange.outcome));
  differ("reason", a.exchange.reason, b.exchange.reason);
  differ("tokens in", a.exchange.tokens_in, b.exchange.tokens_in);
  differ("tokens out", a.exchange.tokens_out, b.exchange.tokens_out);
  return differ.found();
}

}  // namespace

std::optional<std::string> first_difference(const History& a, const History& b) {
  const auto born_a = births(a);
  const auto born_b = births(b);
  for (std::size_t number = 0; number < std::min(born_a.size(), born_b.size()); ++number) {
    const auto last = std::min(born_a[number].last, born_b[number].last);
    for (auto id = born_a[number].first; id < last; ++id)
      if (const auto found = difference(a.individuals[id], b.individuals[id])) return found;
    Comparison differ(fmt::format("generation {}", number));
    differ("number of individuals born", born_a[number].last - born_a[number].first,
           born_b[number].last - born_b[number].first);
    if (differ.found()) return differ.found();
    if (const auto found = difference(a.generations[number], b.generations[number])) return found;
  }
  for (std::size_t i = 0; i < std::min(a.proposals.size(), b.proposals.size()); ++i)
    if (const auto found = difference(a.proposals[i], b.proposals[i])) return found;
  Comparison differ("histories");
  differ("number of generations", a.generations.size(), b.generations.size());
  differ("number of individuals", a.individuals.size(), b.individuals.size());
  differ("number of proposals", a.proposals.size(), b.proposals.size());
  return differ.found();
}

}  // namespace exogene

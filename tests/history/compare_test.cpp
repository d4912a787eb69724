#include "history/compare.hpp"

#include <doctest/doctest.h>

#include "sample.hpp"

using namespace exogene;

namespace {

template <class Change>
void check_difference(const std::string& expected, const Change& change) {
  const auto a = sample::history(4);
  auto b = a;
  change(b);
  CAPTURE(expected);
  REQUIRE(first_difference(a, b));
  CHECK(first_difference(a, b)->starts_with(expected));
  CHECK(first_difference(b, a));
}

}  // namespace

TEST_CASE("equal histories, whatever their times and versions") {
  const auto a = sample::history(4);
  auto b = a;
  CHECK_FALSE(first_difference(a, b));
  b.info.versions["gcc"] = "13";
  b.generations[1].seconds += 1;
  b.individuals[2].evaluation.seconds.compile += 1;
  CHECK_FALSE(first_difference(a, b));
  b.proposals[0].exchange.seconds += 1;
  CHECK_FALSE(first_difference(a, b));
  CHECK_FALSE(first_difference({}, {}));
}

TEST_CASE("every part of a record counts") {
  check_difference("individual 9 (generation 2, slot 0): " + metric_names()[3] + " is",
                   [](History& b) { --b.individuals[9].evaluation.metrics[3]; });
  check_difference("individual 9 (generation 2, slot 0): number of metrics is",
                   [](History& b) { b.individuals[9].evaluation.metrics.clear(); });
  check_difference("individual 4 (generation 1, slot 0): parents is [3, 2], then [1, 2]",
                   [](History& b) { b.individuals[4].parents[0] = 1; });
  check_difference("individual 4 (generation 1, slot 0): operation is crossover, then curated",
                   [](History& b) { b.individuals[4].operation = "curated"; });
  check_difference("individual 4 (generation 1, slot 0): retries", [](History& b) { ++b.individuals[4].retries; });
  check_difference("individual 4 (generation 1, slot 0): id", [](History& b) { ++b.individuals[4].id; });
  check_difference("individual 4 (generation 1, slot 0): slot", [](History& b) { ++b.individuals[4].slot; });
  check_difference("individual 4 (generation 1, slot 0): hash", [](History& b) { ++b.individuals[4].hash.low; });
  check_difference("individual 4 (generation 1, slot 0): c_hash",
                   [](History& b) { ++b.individuals[4].evaluation.c_hash.high; });
  check_difference("individual 4 (generation 1, slot 0): status is capacity_exceeded, then timeout",
                   [](History& b) { b.individuals[4].evaluation.status = Status::timeout; });
  check_difference("individual 4 (generation 1, slot 0): reason",
                   [](History& b) { b.individuals[4].evaluation.reason += "?"; });
  check_difference("individual 4 (generation 1, slot 0): features is [4, ",
                   [](History& b) { b.individuals[4].features[1] += 1; });
  check_difference("individual 5 (generation 1, slot 1): prediction is 1.6666666666666665 and 0.75, then none",
                   [](History& b) { b.individuals[5].prediction.reset(); });
  check_difference("individual 4 (generation 1, slot 0): gain is", [](History& b) { b.individuals[4].gain += 0.1; });
  check_difference("individual 4 (generation 1, slot 0): failed_gene",
                   [](History& b) { b.individuals[4].evaluation.failed_gene = 0; });
  check_difference("individual 5 (generation 1, slot 1): introns is [0, 1], then [0]",
                   [](History& b) { b.individuals[5].evaluation.introns.pop_back(); });
  check_difference("individual 4 (generation 1, slot 0): reproducible",
                   [](History& b) { b.individuals[4].evaluation.reproducible = false; });
  check_difference("individual 4 (generation 1, slot 0): kernel is matmul, then conv",
                   [](History& b) { b.individuals[4].genome.kernel = "conv"; });
  check_difference("individual 4 (generation 1, slot 0): gene 0 is tensorise: {widths: [4, 4]}, then permute",
                   [](History& b) { b.individuals[4].genome.genes.erase(b.individuals[4].genome.genes.begin()); });
  check_difference("individual 4 (generation 1, slot 0): number of genes",
                   [](History& b) { b.individuals[4].genome.genes.pop_back(); });
  check_difference("individual 5 (generation 1, slot 1): verdict is proven, then not_proven", [](History& b) {
    b.individuals[5].proof = {Verdict::not_proven, "refused"};
  });
  check_difference("individual 6 (generation 1, slot 2): doubt is",
                   [](History& b) { b.individuals[6].proof.reason += "?"; });
  check_difference("individual 4 (generation 1, slot 0): island is 1, then 2",
                   [](History& b) { ++b.individuals[4].island; });
  check_difference("individual 0 (generation 0, slot 0): metrics of other cases",
                   [](History& b) { b.individuals[0].evaluation.cases.pop_back(); });
  check_difference("generation 2: front", [](History& b) { b.generations[2].front.pop_back(); });
  check_difference("generation 1: probabilities", [](History& b) { b.generations[1].probabilities.clear(); });
  check_difference("generation 2: population",
                   [](History& b) { std::swap(b.generations[2].population[0], b.generations[2].population[1]); });
}

TEST_CASE("a proof that one search did not come to is no difference") {
  const auto a = sample::history(4);
  for (const auto verdict : {Verdict::untried, Verdict::undecided}) {
    auto b = a;
    b.individuals[5].proof = {verdict, {}};
    CHECK_FALSE(first_difference(a, b));
    CHECK_FALSE(first_difference(b, a));
  }
}

TEST_CASE("proposals count, but for their times") {
  check_difference("proposal for generation 1, slot 1: reply is",
                   [](History& b) { b.proposals[1].exchange.reply += "x"; });
  check_difference("proposal for generation 1, slot 1: prompt is",
                   [](History& b) { b.proposals[1].exchange.prompt += "x"; });
  check_difference("proposal for generation 1, slot 1: outcome is",
                   [](History& b) { b.proposals[1].exchange.outcome = Outcome::accepted; });
  check_difference("proposal for generation 1, slot 1: child is", [](History& b) { b.proposals[1].child = 1; });
  check_difference("histories: number of proposals is", [](History& b) { b.proposals.pop_back(); });
}

TEST_CASE("the first difference is the one that is told, and lengths count") {
  check_difference("individual 2 ", [](History& b) {
    ++b.individuals[9].retries;
    ++b.individuals[2].retries;
    b.generations.pop_back();
  });
  check_difference("histories: number of generations is 4, then 3", [](History& b) { b.generations.pop_back(); });
  check_difference("generation 2: number of individuals born is 6, then 5",
                   [](History& b) { b.individuals.pop_back(); });
}

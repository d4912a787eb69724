#include <doctest/doctest.h>

#include <map>
#include <set>

#include "llm/edits.hpp"
#include "rig.hpp"
#include "search/islands.hpp"
#include "search/llm_mutation.hpp"
#include "search/llm_only.hpp"

using namespace exogene;

namespace {

Experiment llm_experiment(double share = 0.6) {
  auto experiment = search_experiment();
  experiment.llm = models(share);
  return experiment;
}

std::vector<std::string> proposals_of(const std::vector<Generation>& generations) {
  std::vector<std::string> texts;
  for (const auto& generation : generations)
    for (const auto& [key, parent, child, exchange] : generation.proposals)
      texts.push_back(fmt::format("{} {} {} {} {} {} {} {} {}", key.generation, key.slot, key.attempt, parent, child,
                                  to_string(exchange.outcome), exchange.reason, exchange.reply, exchange.prompt));
  return texts;
}

std::set<Outcome> outcomes(const std::vector<Generation>& generations) {
  std::set<Outcome> result;
  for (const auto& generation : generations)
    for (const auto& proposal : generation.proposals) result.insert(proposal.exchange.outcome);
  return result;
}

/// Every accepted proposal became a child of its parent by its edits, and every child that an LLM made has one.
void check_links(const std::vector<Generation>& generations, const Lineage& lineage) {
  std::set<std::int64_t> linked;
  for (const auto& generation : generations)
    for (const auto& [key, parent, child, exchange] : generation.proposals) {
      CHECK(key.generation == generation.number);
      CHECK((child >= 0) == (exchange.outcome == Outcome::accepted));
      CHECK(exchange.reason.empty() ==
            (exchange.outcome == Outcome::accepted || exchange.outcome == Outcome::truncated));
      if (child < 0) continue;
      CHECK(linked.insert(child).second);
      const auto& individual = lineage[child];
      CHECK(individual.operation == "llm");
      CHECK(individual.generation == generation.number);
      CHECK(individual.retries == key.attempt);
      CHECK(individual.parents == std::array<std::int64_t, 2>{parent, -1});
      CHECK(edits_between(lineage[parent].genome, individual.genome).size() == 1);
    }
  for (std::int64_t id = 0; id < lineage.size(); ++id) CHECK((lineage[id].operation == "llm") == linked.contains(id));
}

std::vector<Generation> run_llm_only(const Experiment& experiment, const Workbench& bench, std::uint32_t count) {
  auto lineage = lineage_of(experiment);
  std::vector<Generation> generations;
  for (std::uint32_t i = 0; i < count; ++i) {
    generations.push_back(llm_only(lineage, experiment, alphabet(), bench).value());
    lineage.add(generations.back());
  }
  return generations;
}

}  // namespace

TEST_CASE("with LLMs too, the number of lanes changes nothing") {
  const auto experiment = llm_experiment();
  const auto one = run(experiment, workbench(1), 14);
  const auto four = run(experiment, workbench(4), 14);
  check_same(one, four);
  CHECK(proposals_of(one) == proposals_of(four));
  CHECK(outcomes(one) == std::set{Outcome::accepted, Outcome::duplicate, Outcome::truncated, Outcome::empty,
                                  Outcome::invalid, Outcome::unavailable});
  check_links(one, lineage_of(experiment, one));
}

TEST_CASE("no LLM is asked for generation 0, nor when the share is 0") {
  auto bench = workbench();
  CHECK(run(llm_experiment(1), bench, 1)[0].proposals.empty());
  bench.ask = [](const QuestionKey&, std::size_t, const Prompt&) -> Exchange { throw std::logic_error("asked"); };
  CHECK(run(llm_experiment(0), bench, 4).size() == 4);
}

TEST_CASE("without any answer, the search goes on by the other operators") {
  auto bench = workbench(2);
  bench.ask = [](const QuestionKey&, std::size_t, const Prompt&) { return Exchange{}; };
  const auto generations = run(llm_experiment(1), bench, 12);
  std::set<std::string> operations;
  std::size_t asked = 0;
  for (const auto& generation : generations) {
    CHECK(generation.born.size() == (generation.number == 0 ? 2 : generation.number == 1 ? 18 : 17));
    for (const auto& child : generation.born) operations.insert(child.operation);
    asked += generation.proposals.size();
  }
  CHECK(asked > 40);
  CHECK(operations ==
        std::set<std::string>{"curated", "crossover", "insert", "delete", "replace", "change_argument", "swap"});
}

TEST_CASE("models are asked by their weights") {
  const auto generations = run(llm_experiment(1), workbench(2), 25);
  std::map<std::string, double> asked;
  for (const auto& generation : generations)
    for (const auto& proposal : generation.proposals) ++asked[proposal.exchange.model];
  const auto all = asked["0"] + asked["1"];
  CHECK(all > 120);
  CHECK(asked["0"] / all == doctest::Approx(0.75).epsilon(0.15));
}

TEST_CASE("a later prompt shows what was tried") {
  const auto experiment = llm_experiment(1);
  const auto generations = run(experiment, workbench(), 8);
  std::size_t tried = 0;
  std::size_t examples = 0;
  for (const auto& generation : generations)
    for (const auto& proposal : generation.proposals) {
      tried += proposal.exchange.prompt.find("Tried on these genes:") != std::string::npos ? 1 : 0;
      examples += proposal.exchange.prompt.find("What helped other lists") != std::string::npos ? 1 : 0;
    }
  CHECK(tried > 0);
  CHECK(examples > 0);
}

TEST_CASE("copies on other islands are the genome itself, and nothing that was tried on it") {
  auto experiment = llm_experiment(1);
  experiment.search.islands = Islands{3, 1, 2, 4};
  std::size_t shown = 0;
  auto lineage = lineage_of(experiment);
  for (int i = 0; i < 10; ++i) {
    const auto generation = next_generation(lineage, experiment, alphabet(), workbench()).value();
    for (const auto& proposal : generation.proposals) {
      CHECK(proposal.exchange.prompt.find(R"({\"edits\":[]})") == std::string::npos);
      const bool tried = proposal.exchange.prompt.find("Tried on these genes:") != std::string::npos;
      if (tried && lineage[proposal.parent].operation == "migration") ++shown;
    }
    lineage.add(generation);
  }
  CHECK(shown > 0);
}

TEST_CASE("a search that is stopped while it asks makes no generation") {
  const auto experiment = llm_experiment(1);
  const auto lineage = lineage_of(experiment, run(experiment, workbench(), 2));
  auto bench = workbench();
  bench.sites = [](std::size_t, std::span<const Gene>) { return array_sites(); };  // whichever genome is the best
  bool stopped = false;
  bench.stopped = [&] { return stopped; };
  bench.ask = [&](const QuestionKey&, std::size_t, const Prompt&) {
    stopped = true;
    return Exchange{};
  };
  CHECK_FALSE(next_generation(lineage, experiment, alphabet(), bench).has_value());
  stopped = false;
  CHECK_FALSE(llm_only(lineage, experiment, alphabet(), bench).has_value());
}

TEST_CASE("llm_only proposes on the best genome so far, and keeps what is better") {
  const auto experiment = llm_experiment();
  const auto generations = run_llm_only(experiment, workbench(1), 8);
  const auto again = run_llm_only(experiment, workbench(4), 8);
  check_same(generations, again);
  CHECK(proposals_of(generations) == proposals_of(again));
  const auto lineage = lineage_of(experiment, generations);
  check_links(generations, lineage);
  CHECK(generations[0].born.size() == 2);
  for (std::size_t number = 1; number < generations.size(); ++number) {
    const auto best = generations[number - 1].population.front();
    CHECK_FALSE(generations[number].born.empty());
    CHECK(generations[number].population.size() <= 20);
    std::set<Hash> hashes;
    for (const auto& child : generations[number].born) {
      CHECK(child.parents[0] == best);
      CHECK(hashes.insert(child.hash).second);
    }
    const auto goals = objectives(experiment.objectives);
    CHECK_FALSE(is_better(lineage[best], lineage[generations[number].population.front()], goals));
  }
}

TEST_CASE("llm_only without any answer ends with what it began with") {
  auto experiment = llm_experiment();
  experiment.search.retries = 2;
  auto bench = workbench(2);
  bench.ask = [](const QuestionKey&, std::size_t, const Prompt&) { return Exchange{}; };
  const auto generations = run_llm_only(experiment, bench, 3);
  CHECK(generations[2].born.empty());
  CHECK(generations[2].proposals.size() == 17 * 3);
  CHECK(generations[2].population == generations[0].population);
}

TEST_CASE("LLMs are asked beside a choice of operators, on islands, and in a steady state, in any number of lanes") {
  auto islands = llm_experiment();
  islands.search.operators = Operators{"adaptive_pursuit", usual_weights()};
  islands.search.islands = Islands{2, 2, 1, 3};
  auto steady = search_experiment("steady");
  steady.llm = models(0.6);
  for (const auto& experiment : {islands, steady}) {
    const auto one = run(experiment, workbench(1), 14);
    const auto four = run(experiment, workbench(4), 14);
    check_same(one, four);
    CHECK(proposals_of(one) == proposals_of(four));
    check_links(one, lineage_of(experiment, one));
    std::set<std::uint32_t> asked;
    for (const auto& generation : one)
      for (const auto& proposal : generation.proposals) asked.insert(proposal.key.island);
    CHECK(asked.size() == island_count(experiment));
  }
}

TEST_CASE("a proposal that the budget of evaluations is too small for has no child") {
  for (auto experiment : {llm_experiment(1), search_experiment("llm_only")}) {
    CAPTURE(experiment.search.algorithm);
    experiment.search.generations.reset();
    experiment.budget.evaluations = run(experiment, workbench(), 1)[0].born.size() + 1;
    const auto generations = run_to_end(experiment, workbench());
    const auto lineage = lineage_of(experiment, generations);
    std::size_t left_over = 0;
    for (const auto& [key, parent, child, exchange] : generations.back().proposals) {
      CHECK(child < lineage.size());
      if (exchange.outcome != Outcome::accepted || child >= 0) continue;
      CHECK(exchange.reason == "the budget of evaluations is spent");
      ++left_over;
    }
    CHECK(left_over > 0);
  }
}

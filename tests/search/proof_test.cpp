#include "search/proof.hpp"

#include "rig.hpp"

using namespace exogene;

namespace {

/// A pure function of the genome: one in four is proven, the others are not, a few for want of time.
Proof proof_of_hash(const Hash& genome) {
  if (genome.low % 4 == 0) return {Verdict::proven, {}};
  return {genome.low % 16 == 1 ? Verdict::undecided : Verdict::not_proven, "made up"};
}

struct Proofs {
  std::mutex mutex;
  std::map<Hash, int> count;

  Workbench workbench(std::size_t lanes) {
    auto bench = exogene::workbench(lanes);
    bench.prove = [this](std::size_t, const Individual& individual) {
      const std::lock_guard lock(mutex);
      ++count[individual.hash];
      return proof_of_hash(individual.hash);
    };
    return bench;
  }
};

std::vector<Generation> proven_run(const Experiment& experiment, const Workbench& bench, std::uint32_t count) {
  auto lineage = lineage_of(experiment);
  std::vector<Generation> generations;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto next = next_generation(lineage, experiment, alphabet(), bench);
    REQUIRE(next.has_value());
    REQUIRE(prove_elites(*next, lineage, experiment, bench));
    lineage.add(*next);
    generations.push_back(std::move(*next));
  }
  return generations;
}

Experiment requiring() {
  auto experiment = search_experiment();
  experiment.require_proof = true;
  return experiment;
}

}  // namespace

TEST_CASE("where proofs are required, every elite that is right is proven") {
  Proofs proofs;
  const auto experiment = requiring();
  const auto generations = proven_run(experiment, proofs.workbench(2), 8);
  const auto lineage = lineage_of(experiment, generations);
  std::size_t refused = 0, proven = 0;
  for (const auto& generation : generations) {
    for (std::size_t place = 0; place < std::min<std::size_t>(experiment.search.elites, generation.population.size());
         ++place) {
      const auto& elite = lineage[generation.population[place]];
      if (elite.evaluation.status != Status::ok) continue;
      CHECK(elite.proof.verdict == Verdict::proven);
      ++proven;
    }
    CHECK(std::ranges::is_partitioned(generation.population,
                                      [&](auto id) { return lineage[id].evaluation.status == Status::ok; }));
    for (const auto& individual : generation.born)
      if (individual.evaluation.status == Status::not_proven) {
        ++refused;
        CHECK(individual.proof == proof_of_hash(individual.hash));
        CHECK(individual.evaluation.reason == "made up");
        CHECK(individual.evaluation.reproducible == (individual.proof.verdict == Verdict::not_proven));
      }
  }
  CHECK(proven > 8);
  CHECK(refused > 8);
  for (const auto& [genome, count] : proofs.count) CHECK(count == 1);
}

TEST_CASE("required proofs decide alike on any number of lanes") {
  Proofs proofs;
  check_same(proven_run(requiring(), proofs.workbench(1), 8), proven_run(requiring(), proofs.workbench(4), 8));
}

TEST_CASE("else proofs are a record: the search is the same with them and without") {
  Proofs proofs;
  const auto experiment = search_experiment();
  auto proven = proven_run(experiment, proofs.workbench(2), 8);
  std::size_t tried = 0;
  for (auto& generation : proven)
    for (auto& individual : generation.born) {
      tried += individual.proof.verdict != Verdict::untried ? 1 : 0;
      individual.proof = {};
    }
  CHECK(tried > 3);
  check_same(proven, run(experiment, workbench(), 8));
}

TEST_CASE("an individual of a known genome has its verdict") {
  Proofs proofs;
  const auto experiment = search_experiment();
  const auto generations = proven_run(experiment, proofs.workbench(1), 8);
  std::map<Hash, Proof> known;
  for (const auto& generation : generations)
    for (const auto& individual : generation.born)
      if (const auto [place, is_new] = known.try_emplace(individual.hash, individual.proof); !is_new)
        CHECK(individual.proof == place->second);
}

TEST_CASE("a stop on the way is told") {
  Proofs proofs;
  auto bench = proofs.workbench(1);
  const auto experiment = requiring();
  const auto lineage = lineage_of(experiment);
  auto generation = next_generation(lineage, experiment, alphabet(), bench);
  bench.stopped = [] { return true; };
  CHECK_FALSE(prove_elites(*generation, lineage, experiment, bench));
}

TEST_CASE("a run reports the best proven one, and the best when none is proven") {
  Proofs proofs;
  const auto experiment = search_experiment();
  const auto order = objectives(experiment.objectives);
  auto generations = proven_run(experiment, proofs.workbench(1), 8);
  const auto lineage = lineage_of(experiment, generations);
  const auto& best = reported(lineage, order);
  CHECK(best.id == best_proven(lineage, order));
  CHECK(best.proof.verdict == Verdict::proven);
  for (const auto& generation : generations)
    for (const auto& individual : generation.born)
      if (individual.proof.verdict == Verdict::proven) CHECK_FALSE(is_better(individual, best, order));
  const auto unproven = lineage_of(experiment, run(experiment, workbench(), 2));
  CHECK(best_proven(unproven, order) == -1);
  CHECK(reported(unproven, order).id == unproven.population().front());
}

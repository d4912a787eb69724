#include <barrier>
#include <thread>

#include "rig.hpp"
#include "search/proof.hpp"

using namespace exogene;

namespace {

/// Threads that search as processes do: what they gather is all that they have in common.
class Processes {
 public:
  explicit Processes(std::size_t count) : finished_(count), meeting_(static_cast<std::ptrdiff_t>(count)) {}

  Workbench workbench(std::size_t process, std::size_t lanes = 1) {
    auto bench = exogene::workbench(lanes);
    bench.processes = finished_.size();
    bench.process = process;
    bench.gather = [this, process](const Finished& ours) -> Finished {
      finished_[process] = ours;
      meeting_.arrive_and_wait();
      std::vector<Individual> all;
      bool stopped = false;
      for (const auto& finished : finished_) {
        stopped = stopped || !finished;
        if (finished) all.insert(all.end(), finished->begin(), finished->end());
      }
      meeting_.arrive_and_wait();
      return stopped ? std::nullopt : std::optional(all);
    };
    return bench;
  }

  /// What `search(process)` gives in each.
  template <class Search>
  auto all(const Search& search) {
    std::vector<decltype(search(0))> results(finished_.size());
    std::vector<std::jthread> threads;
    for (std::size_t process = 0; process < results.size(); ++process)
      threads.emplace_back([&, process] { results[process] = search(process); });
    threads.clear();
    return results;
  }

 private:
  std::vector<Finished> finished_;
  std::barrier<> meeting_;
};

Experiment island_experiment() {
  auto experiment = search_experiment();
  experiment.search.population = 6;
  experiment.search.elites = 2;
  experiment.search.islands = Islands{2, 3, 1, 4};
  return experiment;
}

}  // namespace

TEST_CASE("any number of processes makes the search of one, whatever the algorithm") {
  for (const auto& [name, algorithm] : algorithms()) {
    if (name == "llm_only") continue;
    CAPTURE(name);
    const auto experiment = name == "generational" ? island_experiment() : search_experiment(name);
    const auto alone = run(experiment, workbench(2), 6);
    for (const std::size_t count : {2U, 3U, 5U}) {
      Processes processes(count);
      const auto each_one = [&](std::size_t process) {
        return run(experiment, processes.workbench(process, 1 + process % 2), 6);
      };
      for (const auto& generations : processes.all(each_one)) check_same(alone, generations);
    }
  }
}

TEST_CASE("each genome is evaluated and proven in one process, and all of them work") {
  const auto experiment = island_experiment();
  Processes processes(3);
  std::mutex mutex;
  std::map<Hash, int> evaluated, proven;
  std::vector<std::size_t> worked(3);
  const auto search = [&](std::size_t process) {
    auto bench = processes.workbench(process);
    bench.evaluate = [&](std::size_t, const Genome& genome) {
      const std::lock_guard lock(mutex);
      ++evaluated[hash(genome)];
      ++worked[process];
      return evaluation_of(genome);
    };
    bench.prove = [&](std::size_t, const Individual& individual) {
      const std::lock_guard lock(mutex);
      ++proven[individual.hash];
      return Proof{Verdict::proven, {}};
    };
    auto lineage = lineage_of(experiment);
    for (int i = 0; i < 10; ++i) {
      auto generation = next_generation(lineage, experiment, alphabet(), bench).value();
      REQUIRE(prove_elites(generation, lineage, experiment, bench));
      lineage.add(generation);
    }
    return lineage.genomes();
  };
  for (const auto genomes : processes.all(search)) CHECK(genomes == evaluated.size());
  for (const auto& counts : {evaluated, proven}) {
    CHECK(counts.size() > 2);
    for (const auto& [genome, count] : counts) CHECK(count == 1);
  }
  for (const auto count : worked) CHECK(count > evaluated.size() / 5);
}

TEST_CASE("all processes stop where one is stopped") {
  const auto experiment = island_experiment();
  Processes processes(3);
  const auto search = [&](std::size_t process) {
    auto bench = processes.workbench(process);
    int asked = 0;
    bench.stopped = [&] { return process == 1 && ++asked > 7; };
    auto lineage = lineage_of(experiment);
    while (const auto generation = next_generation(lineage, experiment, alphabet(), bench)) lineage.add(*generation);
    return lineage.generations();
  };
  const auto generations = processes.all(search);
  CHECK(generations[0] > 0);
  CHECK(generations == std::vector<std::uint32_t>(3, generations[0]));
}

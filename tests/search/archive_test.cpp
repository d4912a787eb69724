#include "search/archive.hpp"

#include "rig.hpp"

using namespace exogene;

namespace {

Evaluation using_rows(std::uint64_t scratchpad, std::uint64_t accumulator, std::uint64_t macs, std::uint64_t bytes) {
  Evaluation evaluation;
  evaluation.status = Status::ok;
  evaluation.metrics.assign(metric_names().size(), 0);
  const auto places = objectives({"scratchpad_rows_used", "accumulator_rows_used", "macs", "dma_read_bytes"});
  const std::array values{scratchpad, accumulator, macs, bytes};
  for (std::size_t i = 0; i < values.size(); ++i) evaluation.metrics[places[i]] = values[i];
  return evaluation;
}

Niche niche_of(std::uint64_t scratchpad, std::uint64_t accumulator, std::uint64_t macs, std::uint64_t bytes) {
  return niche(using_rows(scratchpad, accumulator, macs, bytes), search_experiment().accelerator);
}

}  // namespace

TEST_CASE("niches are powers of two of the memories and of reuse") {
  // 16384 rows of scratchpad, 1024 of accumulator
  CHECK(niche_of(0, 0, 0, 0) == Niche{0, 0, 0});
  CHECK(niche_of(128, 8, 99, 100) == Niche{0, 0, 0});
  CHECK(niche_of(129, 9, 199, 100) == Niche{1, 1, 0});
  CHECK(niche_of(2048, 129, 199, 100) == Niche{4, 5, 0});
  CHECK(niche_of(16384, 1024, 200, 100) == Niche{7, 7, 1});
  CHECK(niche_of(8192, 513, 400, 100) == Niche{6, 7, 2});
  CHECK(niche_of(1, 1, 1'000'000, 1) == Niche{0, 0, 7});
}

TEST_CASE("the best of each niche is kept, and of each island if asked for") {
  auto experiment = search_experiment();
  experiment.objectives = {"instructions"};
  Generation generation;
  const auto add = [&](std::uint64_t rows, std::uint64_t instructions, std::uint32_t island, Status status) {
    Individual individual;
    individual.id = static_cast<std::int64_t>(generation.born.size());
    individual.island = island;
    individual.evaluation = using_rows(rows, 0, 0, 0);
    individual.evaluation.metrics[0] = instructions;
    individual.evaluation.status = status;
    generation.born.push_back(individual);
  };
  add(1, 9, 0, Status::ok);
  add(2, 7, 0, Status::ok);
  add(3, 8, 0, Status::ok);
  add(9000, 100, 0, Status::ok);
  add(4, 5, 1, Status::ok);
  add(5, 1, 1, Status::wrong_result);
  const auto lineage = lineage_of(experiment, {generation});
  using Elites = std::map<Niche, std::int64_t>;
  CHECK(archive(lineage, experiment) == Elites{{{0, 0, 0}, 4}, {{7, 0, 0}, 3}});
  CHECK(archive(lineage, experiment, 0) == Elites{{{0, 0, 0}, 1}, {{7, 0, 0}, 3}});
  CHECK(archive(lineage, experiment, 1) == Elites{{{0, 0, 0}, 4}});
  CHECK(archive(lineage, experiment, 2).empty());
}

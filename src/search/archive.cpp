#include "search/archive.hpp"

#include <algorithm>
#include <bit>

#include "search/fitness.hpp"

namespace exogene {

Niche niche(const Evaluation& evaluation, const Accelerator& accelerator) {
  static const auto places = objectives({"scratchpad_rows_used", "accumulator_rows_used", "macs", "dma_read_bytes"});
  const auto metric = [&](std::size_t i) { return evaluation.metrics[places[i]]; };
  const auto step = [](std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, archive_steps - 1));
  };
  const auto use = [](std::uint64_t rows, std::uint64_t all) {
    auto result = archive_steps - 1;
    while (result > 0 && rows <= all >> (archive_steps - result)) --result;
    return result;
  };
  const auto bytes = metric(3);
  const auto reuse = bytes == 0 ? 0 : metric(2) / bytes;
  return {use(metric(0), scratchpad_rows(accelerator)), use(metric(1), accumulator_rows(accelerator)),
          step(reuse == 0 ? 0 : static_cast<std::uint64_t>(std::bit_width(reuse)) - 1)};
}

std::map<Niche, std::int64_t> archive(const Lineage& lineage, const Experiment& experiment,
                                      std::optional<std::uint32_t> island) {
  const auto goals = objectives(experiment.objectives);
  std::map<Niche, std::int64_t> elites;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& individual = lineage[id];
    if (individual.evaluation.status != Status::ok || (island && individual.island != *island)) continue;
    const auto [elite, added] = elites.try_emplace(niche(individual.evaluation, experiment.accelerator), id);
    if (!added && is_better(individual, lineage[elite->second], goals)) elite->second = id;
  }
  return elites;
}

}  // namespace exogene

#include <fmt/format.h>
#include <omp.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/single.hpp"
#include "operators/draw.hpp"
#include "operators/mutation.hpp"
#include "search/workbench.hpp"

namespace exogene::cli {
namespace {

using Json = nlohmann::ordered_json;

Random numbers(const SampleOptions& options, std::size_t slot, std::size_t purpose) {
  return Random({options.seed, 0, 0, static_cast<std::uint32_t>(slot), static_cast<std::uint32_t>(purpose)});
}

Json mutant(const SampleOptions& options, const Single& single, Lane& lane, std::size_t slot) {
  constexpr std::size_t tries = 20;
  const auto sites = [&](std::span<const Gene> prefix) { return lane.sites(prefix); };
  const auto refused = [&](std::span<const Gene> genes) { return lane.refused(genes); };
  for (std::size_t attempt = 0; attempt < tries; ++attempt) {
    auto random = numbers(options, slot, attempt);
    const auto mutation = draw_mutation(random);
    auto genome = mutate(mutation, single.genome, *single.alphabet, sites, random);
    const auto genes = genome ? genome->genes.size() : 0;
    if (genome && options.repair) genome = repaired(std::move(*genome), single.genome, refused);
    if (!genome || *genome == single.genome) continue;
    const auto evaluation = lane.evaluate(genome->genes);
    const auto& seconds = evaluation.seconds;
    Json line{{"operator", to_string(mutation)},
              {"attempts", attempt + 1},
              {"dropped", genes - genome->genes.size()},
              {"status", to_string(evaluation.status)},
              {"reason", evaluation.reason},
              {"gene", ""},
              {"reproducible", evaluation.reproducible},
              {"introns", evaluation.introns.size()},
              {"seconds", {seconds.decode, seconds.compile, seconds.simulate}},
              {"genome", to_text(*genome)}};
    if (evaluation.failed_gene >= 0)
      line["gene"] = genome->genes.at(static_cast<std::size_t>(evaluation.failed_gene)).kind->name;
    return line;
  }
  return {};
}

}  // namespace

int mutants(const SampleOptions& options) {
  const auto single = read_single(options.of);
  ResultCache cache;
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < omp_get_max_threads(); ++i) lanes.push_back(std::make_unique<Lane>(single.task, cache));
  std::vector<Json> lines(options.count);
  in_lanes(lanes.size(), lines.size(),
           [&](std::size_t lane, std::size_t slot) { lines[slot] = mutant(options, single, *lanes[lane], slot); });
  for (const auto& line : lines)
    if (!line.is_null()) fmt::print("{}\n", line.dump());
  return 0;
}

int draws(const SampleOptions& options) {
  const auto single = read_single(options.of);
  ResultCache cache;
  Lane lane(single.task, cache);
  const auto sites = lane.sites(single.genome.genes);
  if (!sites) throw InputError(fmt::format("{}: does not decode; see exogene evaluate", options.of.genome.string()));
  const auto& kinds = single.alphabet->kinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    auto random = numbers(options, i, 0);
    for (std::size_t n = 0; n < options.count; ++n)
      if (const auto gene = draw_gene(kinds[i], *sites, random)) fmt::print("{}\n", to_text(*gene));
  }
  return 0;
}

}  // namespace exogene::cli

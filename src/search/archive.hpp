#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene {

/// Steps of each of the three ways in which schedules of an archive differ.
constexpr std::uint32_t archive_steps = 8;

/// How a schedule uses the accelerator, each from 0 to archive_steps - 1.
struct Niche {
  std::uint32_t scratchpad = 0;   ///< rows used: 7: above a half of all, 6: above a quarter, ... 1: above 1/128
  std::uint32_t accumulator = 0;  ///< likewise
  std::uint32_t reuse = 0;        ///< 0: under 2 MACs a byte that the DMA reads, or none read; 1: 2 or more, 2: 4, ...
  auto operator<=>(const Niche&) const = default;
};

/// Of an evaluation that is ok.
Niche niche(const Evaluation& evaluation, const Accelerator& accelerator);

/// The best individual of each niche, of all that are right on one island or on any: the elites of J.-B. Mouret, J.
/// Clune, "Illuminating search spaces by mapping elites", arXiv 1504.04909, 2015. By niche.
std::map<Niche, std::int64_t> archive(const Lineage& lineage, const Experiment& experiment,
                                      std::optional<std::uint32_t> island = std::nullopt);

}  // namespace exogene

#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "genome/genome.hpp"
#include "operators/mutation.hpp"
#include "operators/random.hpp"

namespace exogene {

/// Places of a genome's genes.
struct Range {
  std::size_t first = 0;
  std::size_t length = 0;
};

/// A segment of a genome of `genes` genes: a uniform length from 1 to longest_segment, as far as the genome goes, at a
/// uniform place. Empty for an empty genome.
Range draw_range(std::size_t genes, Random& random);

/// A copy of such a segment.
std::vector<Gene> draw_segment(const std::vector<Gene>& genes, Random& random);

/// The genome with the segment in front of gene `position`, or at the end; nullopt when it would exceed longest_genome.
std::optional<Genome> with_segment(Genome genome, std::size_t position, std::span<const Gene> segment);

/// The genome with the segment at a uniform place where its first gene fits the schedule. `sites_at` is asked for four
/// places at most: decoding is what a proposal costs. nullopt when it fits at none of them, the segment is empty, or
/// the genome would exceed longest_genome.
std::optional<Genome> insert_segment(const Genome& genome, std::span<const Gene> segment, const SitesAt& sites_at,
                                     Random& random);

/// The genome with a segment of the donor, put where it fits as insert_segment says.
std::optional<Genome> graft(const Genome& genome, const Genome& donor, const SitesAt& sites_at, Random& random);

}  // namespace exogene

#include "operators/segment.hpp"

#include <algorithm>
#include <numeric>

#include "operators/draw.hpp"

namespace exogene {

Range draw_range(std::size_t genes, Random& random) {
  if (genes == 0) return {};
  const auto length = 1 + static_cast<std::size_t>(random.below(std::min(genes, longest_segment)));
  return {static_cast<std::size_t>(random.below(genes - length + 1)), length};
}

std::vector<Gene> draw_segment(const std::vector<Gene>& genes, Random& random) {
  const auto [first, length] = draw_range(genes.size(), random);
  const auto segment = std::span(genes).subspan(first, length);
  return {segment.begin(), segment.end()};
}

std::optional<Genome> with_segment(Genome genome, std::size_t position, std::span<const Gene> segment) {
  if (genome.genes.size() + segment.size() > longest_genome) return std::nullopt;
  genome.genes.insert(genome.genes.begin() + static_cast<std::ptrdiff_t>(position), segment.begin(), segment.end());
  return genome;
}

std::optional<Genome> insert_segment(const Genome& genome, std::span<const Gene> segment, const SitesAt& sites_at,
                                     Random& random) {
  constexpr std::size_t most_places = 4;
  if (segment.empty() || genome.genes.size() + segment.size() > longest_genome) return std::nullopt;
  std::vector<std::size_t> places(genome.genes.size() + 1);
  std::iota(places.begin(), places.end(), 0U);
  random.shuffle(places);
  places.resize(std::min(places.size(), most_places));
  for (const auto place : places)
    if (const auto sites = sites_at(std::span(genome.genes).first(place)); sites && fits(segment.front(), *sites))
      return with_segment(genome, place, segment);
  return std::nullopt;
}

std::optional<Genome> graft(const Genome& genome, const Genome& donor, const SitesAt& sites_at, Random& random) {
  const auto segment = draw_segment(donor.genes, random);
  return insert_segment(genome, segment, sites_at, random);
}

}  // namespace exogene

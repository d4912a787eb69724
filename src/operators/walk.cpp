#include "operators/walk.hpp"

#include <utility>

#include "operators/draw.hpp"

namespace exogene {
namespace {

constexpr int most_draws = 8;  // of one gene

}  // namespace

Genome walk(Genome genome, std::size_t steps, const Alphabet& alphabet, const SitesAt& sites_at, Random& random) {
  auto sites = sites_at(genome.genes);
  while (sites && steps-- > 0 && genome.genes.size() < longest_genome) {
    std::optional<Sites> next;
    for (int draw = 0; draw < most_draws && !next; ++draw) {
      auto gene = draw_gene(alphabet, *sites, random);
      if (!gene) return genome;
      genome.genes.push_back(std::move(*gene));
      next = sites_at(genome.genes);
      if (!next) genome.genes.pop_back();
    }
    sites = std::move(next);
  }
  return genome;
}

}  // namespace exogene

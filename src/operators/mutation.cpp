#include "operators/mutation.hpp"

#include <algorithm>
#include <vector>

#include "operators/draw.hpp"
#include "operators/segment.hpp"

namespace exogene {
namespace {

std::optional<Sites> sites_in_front(const Genome& genome, std::size_t position, const SitesAt& sites_at) {
  return sites_at(std::span(genome.genes).first(position));
}

std::optional<Genome> with_inserted(Genome genome, const Alphabet& alphabet, const SitesAt& sites_at, Random& random) {
  if (genome.genes.size() >= longest_genome) return std::nullopt;
  const auto position = static_cast<std::size_t>(random.below(genome.genes.size() + 1));
  const auto sites = sites_in_front(genome, position, sites_at);
  if (!sites) return std::nullopt;
  auto gene = draw_gene(alphabet, *sites, random);
  if (!gene) return std::nullopt;
  genome.genes.insert(genome.genes.begin() + static_cast<std::ptrdiff_t>(position), std::move(*gene));
  return genome;
}

std::optional<Genome> with_removed(Genome genome, Random& random) {
  if (genome.genes.empty()) return std::nullopt;
  const auto position = random.below(genome.genes.size());
  genome.genes.erase(genome.genes.begin() + static_cast<std::ptrdiff_t>(position));
  return genome;
}

std::optional<Genome> with_replaced(Genome genome, const Alphabet& alphabet, const SitesAt& sites_at, Random& random) {
  if (genome.genes.empty()) return std::nullopt;
  const auto position = static_cast<std::size_t>(random.below(genome.genes.size()));
  const auto sites = sites_in_front(genome, position, sites_at);
  if (!sites) return std::nullopt;
  auto gene = draw_gene(alphabet, *sites, random);
  if (!gene || *gene == genome.genes[position]) return std::nullopt;
  genome.genes[position] = std::move(*gene);
  return genome;
}

std::optional<Genome> with_changed_argument(Genome genome, const SitesAt& sites_at, Random& random) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < genome.genes.size(); ++i)
    if (!genome.genes[i].arguments.empty()) positions.push_back(i);
  if (positions.empty()) return std::nullopt;
  const auto position = random.pick(positions);
  const auto sites = sites_in_front(genome, position, sites_at);
  if (!sites) return std::nullopt;
  auto gene = redraw_argument(genome.genes[position], *sites, random);
  if (!gene) return std::nullopt;
  genome.genes[position] = std::move(*gene);
  return genome;
}

std::optional<Genome> with_swapped(Genome genome, Random& random) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i + 1 < genome.genes.size(); ++i)
    if (genome.genes[i] != genome.genes[i + 1]) positions.push_back(i);
  if (positions.empty()) return std::nullopt;
  const auto position = random.pick(positions);
  std::swap(genome.genes[position], genome.genes[position + 1]);
  return genome;
}

std::optional<Genome> with_duplicated(const Genome& genome, Random& random) {
  if (genome.genes.empty()) return std::nullopt;
  const auto copy = draw_segment(genome.genes, random);
  const auto position = static_cast<std::size_t>(random.below(genome.genes.size() + 1));
  return with_segment(genome, position, copy);
}

std::optional<Genome> with_moved(Genome genome, Random& random) {
  const auto before = genome.genes;
  const auto [first, length] = draw_range(before.size(), random);
  if (length == before.size()) return std::nullopt;
  const auto begin = genome.genes.begin() + static_cast<std::ptrdiff_t>(first);
  genome.genes.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
  auto position = static_cast<std::size_t>(random.below(genome.genes.size()));
  if (position >= first) ++position;  // not where it was
  auto moved = with_segment(genome, position, std::span(before).subspan(first, length));
  if (moved->genes == before) return std::nullopt;
  return moved;
}

}  // namespace

std::string_view to_string(Mutation mutation) {
  switch (mutation) {
    case Mutation::insert:
      return "insert";
    case Mutation::remove:
      return "delete";
    case Mutation::replace:
      return "replace";
    case Mutation::change_argument:
      return "change_argument";
    case Mutation::swap:
      return "swap";
    case Mutation::duplicate:
      return "duplicate";
    case Mutation::move:
      return "move";
  }
  return "";
}

Mutation draw_mutation(Random& random) {
  auto left = random.below(100);
  for (const auto& [mutation, share] : mutation_shares) {
    if (left < share) return mutation;
    left -= share;
  }
  return mutation_shares.back().first;
}

std::optional<Genome> repaired(Genome child, const Genome& parent, const RefusedAt& refused_at) {
  const auto is_mapped = [](const Genome& genome) {
    return std::ranges::any_of(genome.genes, [](const Gene& gene) { return gene.kind->needs == Needs::naive; });
  };
  auto& genes = child.genes;
  const auto fewest = genes.size() / 2;
  while (const auto refused = refused_at(genes)) {
    if (genes.size() == fewest) return std::nullopt;
    genes.erase(genes.begin() + static_cast<std::ptrdiff_t>(*refused));
  }
  if (is_mapped(parent) && !is_mapped(child)) return std::nullopt;
  return child;
}

std::optional<Mutation> mutation_of(std::string_view name) {
  for (const auto mutation : {Mutation::insert, Mutation::remove, Mutation::replace, Mutation::change_argument,
                              Mutation::swap, Mutation::duplicate, Mutation::move})
    if (to_string(mutation) == name) return mutation;
  return std::nullopt;
}

std::optional<Genome> mutate(Mutation mutation, const Genome& parent, const Alphabet& alphabet, const SitesAt& sites_at,
                             Random& random) {
  switch (mutation) {
    case Mutation::insert:
      return with_inserted(parent, alphabet, sites_at, random);
    case Mutation::remove:
      return with_removed(parent, random);
    case Mutation::replace:
      return with_replaced(parent, alphabet, sites_at, random);
    case Mutation::change_argument:
      return with_changed_argument(parent, sites_at, random);
    case Mutation::swap:
      return with_swapped(parent, random);
    case Mutation::duplicate:
      return with_duplicated(parent, random);
    case Mutation::move:
      return with_moved(parent, random);
  }
  return std::nullopt;
}

}  // namespace exogene

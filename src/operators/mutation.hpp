#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "operators/random.hpp"

namespace exogene {

/// Genes of the longest genome that an operator makes.
constexpr std::size_t longest_genome = 256;

/// Genes of the longest segment that an operator copies or moves.
constexpr std::size_t longest_segment = 5;

enum class Mutation { insert, remove, replace, change_argument, swap, duplicate, move };

/// Its name in histories: insert, delete, replace, change_argument, swap, duplicate, move.
std::string_view to_string(Mutation mutation);

/// The mutation of that name.
std::optional<Mutation> mutation_of(std::string_view name);

/// How often each is made by default, of a hundred mutants. Growth is favoured: the curated genomes are short.
inline constexpr std::array<std::pair<Mutation, std::uint64_t>, 5> mutation_shares{{{Mutation::insert, 40},
                                                                                    {Mutation::remove, 12},
                                                                                    {Mutation::replace, 12},
                                                                                    {Mutation::change_argument, 26},
                                                                                    {Mutation::swap, 10}}};

/// A mutation, with those shares.
Mutation draw_mutation(Random& random);

/// The sites of the schedule that these first genes of a genome make; nullopt when they do not decode.
using SitesAt = std::function<std::optional<Sites>(std::span<const Gene> prefix)>;

/// The index of the first of the genes that is refused; nullopt when they all decode.
using RefusedAt = std::function<std::optional<std::size_t>(std::span<const Gene>)>;

/// The child without the genes that are refused: the one that a mutation has put in, or those behind it that no longer
/// fit. nullopt when more than half of the genes are: what is left would be another genome altogether. nullopt too when
/// no gene is left that maps the kernel to the array (`needs: naive`) though the parent has one: the array would be
/// idle, and such a program may take as long to simulate as a hundred others.
std::optional<Genome> repaired(Genome child, const Genome& parent, const RefusedAt& refused_at);

/// `parent` with one mutation, at a position that is uniform among those where it is possible:
/// insert puts a drawn gene in front of a gene or at the end, delete drops a gene, replace draws another gene in place
/// of one, change_argument draws another value for one argument of a gene, swap exchanges neighbours that differ,
/// duplicate copies a segment to a place anywhere, move takes one to another place; segments have a uniform length up
/// to `longest_segment`. Genes and values are drawn for the schedule in front of the position, for which `sites_at` is
/// asked once. nullopt when it is not possible: the genome is too short or would exceed `longest_genome`, the genes in
/// front of the position do not decode, or nothing new fits there.
std::optional<Genome> mutate(Mutation mutation, const Genome& parent, const Alphabet& alphabet, const SitesAt& sites_at,
                             Random& random);

}  // namespace exogene

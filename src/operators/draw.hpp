#pragma once
#include <optional>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "operators/random.hpp"

namespace exogene {

/// A random gene that fits the schedule: what its kind needs holds and every argument is as its `where` and `draw` in
/// the catalogue say. The level is drawn first (composite with probability 0.7), then a kind of that level, each that
/// fits being equally likely; when no kind of a level fits, the other level serves. nullopt when nothing fits at all.
/// `alphabet` must outlive the gene.
std::optional<Gene> draw_gene(const Alphabet& alphabet, const Sites& sites, Random& random);

/// A random gene of that kind that fits the schedule, be the kind drawn by default or not; nullopt when none does.
std::optional<Gene> draw_gene(const GeneKind& kind, const Sites& sites, Random& random);

/// Whether draw_gene could have drawn the gene for the schedule; of a list of loops, whether they exist.
bool fits(const Gene& gene, const Sites& sites);

/// The gene with another value for one of its arguments, all others kept and still fitting. Numbers move to the next
/// smaller or greater value that fits half of the time and are drawn anew otherwise. nullopt when no argument can
/// change.
std::optional<Gene> redraw_argument(const Gene& gene, const Sites& sites, Random& random);

}  // namespace exogene

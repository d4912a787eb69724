#pragma once
#include "genome/genome.hpp"
#include "operators/random.hpp"

namespace exogene {

/// Two-point crossover of two genomes for one kernel, aligned on a longest common subsequence of their genes.
///
/// Both parents can be cut in front of each common gene, at the start and at the end. Of these points two are drawn;
/// the child is `a` with what lies between them taken from `b`. It holds every common gene, as in B. Hutt, K. Warwick,
/// "Synapsing variable-length crossover: meaningful crossover for variable-length genomes", IEEE Transactions on
/// Evolutionary Computation 11(1), 2007. Parents without a common gene give a copy of `b`. A child longer than
/// `longest_genome` is not made: the result is then `a`.
Genome crossover(const Genome& a, const Genome& b, Random& random);

}  // namespace exogene

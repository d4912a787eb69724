#pragma once
#include <cstddef>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "operators/mutation.hpp"
#include "operators/random.hpp"

namespace exogene {

/// The genome with `steps` drawn genes behind it, each fitting the schedule that those in front of it make. One that
/// does not decode there is drawn anew, a few times. Fewer genes when nothing fits any more, none when the genome
/// itself does not decode; the result is never longer than `longest_genome`.
Genome walk(Genome genome, std::size_t steps, const Alphabet& alphabet, const SitesAt& sites_at, Random& random);

}  // namespace exogene

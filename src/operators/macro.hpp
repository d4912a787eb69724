#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "genome/genome.hpp"
#include "operators/mutation.hpp"
#include "operators/random.hpp"

namespace exogene {

/// A child that is better than its parents.
struct Success {
  const Genome* child = nullptr;
  std::vector<const Genome*> parents;
  double gain = 0;  ///< above 0
};

/// A segment of genes that came up in successes.
struct Macro {
  std::vector<Gene> genes;  ///< 2 to longest_segment
  double gain = 0;          ///< sum over the successes that it came up in
  std::size_t support = 0;  ///< their number
};

/// The macro genes of these successes, at most `count`: contiguous segments that a child has and no parent of it. The
/// greater sum of gains comes first, of equal ones the greater support, then the longer one, then the lesser text.
std::vector<Macro> mine_macros(const std::vector<Success>& successes, std::size_t count);

/// The genome with one of the macro genes that it does not hold yet, put where it fits as insert_segment says; a macro
/// is drawn in proportion to its gain. nullopt when there is none, or it fits nowhere.
std::optional<Genome> insert_macro(const Genome& genome, const std::vector<Macro>& macros, const SitesAt& sites_at,
                                   Random& random);

}  // namespace exogene

#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "genome/genome.hpp"

namespace exogene {

/// A change of a genome at one position, counted in genes from 0 before any change.
struct Edit {
  enum class Kind { insert, remove, replace };
  Kind kind{};
  std::size_t position = 0;  ///< insert: in front of that gene, or at the end
  Gene gene;                 ///< insert, replace
  bool operator==(const Edit&) const = default;
};

/// Edits of one reply.
constexpr std::size_t most_edits = 3;

/// All edits at once. Positions must be those of the genome, and none is both removed and replaced.
Genome with_edits(const std::vector<Edit>& edits, const Genome& genome);

/// Edits that make `after` of `before`: all between what both begin and what both end with.
std::vector<Edit> edits_between(const Genome& before, const Genome& after);

/// The JSON that a model would reply for them, on one line.
std::string to_json(const std::vector<Edit>& edits);

}  // namespace exogene

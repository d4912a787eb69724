#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"

namespace exogene {

/// Argument `index` of a gene for the schedule of `sites`; only the arguments in front of it matter.
struct Place {
  const Gene& gene;
  std::size_t index;
  const Sites& sites;

  [[nodiscard]] const Parameter& parameter() const { return gene.kind->parameters[index]; }
};

/// All values that fit an argument other than a list, in the order of the schedule, of size or of the catalogue; none
/// for a list.
std::vector<Value> single_values(const Place& at);

/// The dimensions 0, 1, ... of the buffer that an argument in front names; none when the argument cannot hold them.
std::vector<std::int64_t> dimensions(const Place& at);

/// Whether the value that the gene has at this place fits behind the arguments in front of it.
bool is_fitting(const Place& at);

}  // namespace exogene

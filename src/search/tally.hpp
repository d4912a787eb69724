#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "search/lineage.hpp"

namespace exogene {

/// What one operator has done in a search.
struct Tally {
  std::string name;
  std::uint64_t proposals = 0;        ///< individuals that it made
  std::uint64_t retries = 0;          ///< proposals, of any operator, thrown away before these
  std::uint64_t known = 0;            ///< of the individuals: no new genome
  std::uint64_t right = 0;            ///< likewise: new and right
  std::uint64_t improved = 0;         ///< likewise: new and better than their parents
  double gain = 0;                    ///< sum
  std::optional<double> probability;  ///< none when it is not chosen by chance
};

/// By operator: first those that are chosen by chance, with these probabilities of operator_names() or none, then
/// others that the lineage knows, in order of appearance.
std::vector<Tally> tallies(const Lineage& lineage, const std::vector<double>& probabilities);

}  // namespace exogene

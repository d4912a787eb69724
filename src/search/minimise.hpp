#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "genome/genome.hpp"

namespace exogene {

/// Hash of the C that genes make; nullopt when they make none.
using Program = std::function<std::optional<Hash>(std::span<const Gene>)>;

/// Drops genes that change nothing: those at the places `introns` at once, then one by one from the last to the first,
/// then two by two, until neither helps. No gene and no pair of what is left can go without another C; a shorter genome
/// for it may still exist. The genes as they are when they make no C.
std::vector<Gene> minimise(std::vector<Gene> genes, const std::vector<std::int64_t>& introns, const Program& program);

}  // namespace exogene

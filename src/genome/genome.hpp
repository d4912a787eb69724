#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "genome/alphabet.hpp"

namespace exogene {

/// A whole number, a name or word, a list of numbers, a list of names.
using Value = std::variant<std::int64_t, std::string, std::vector<std::int64_t>, std::vector<std::string>>;

/// One primitive or composite with its arguments, as many as its kind takes and in the kind's order.
struct Gene {
  const GeneKind* kind = nullptr;  ///< owned by the Alphabet, which outlives every gene
  std::vector<Value> arguments;
  bool operator==(const Gene&) const = default;
};

/// Ordered genes for one kernel.
struct Genome {
  std::string kernel;  ///< name of the kernel it is written for, e.g. `matmul`
  std::vector<Gene> genes;
  bool operator==(const Genome&) const = default;
};

/// 128 bits, the same on every machine.
struct Hash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash&) const = default;
};

/// One gene as YAML, e.g. `divide_loop: {loop: i, factor: 16, tail: perfect}`.
std::string to_text(const Gene& gene);

/// The genome as YAML, one gene a line; `parse_genome` gives the same genome back.
std::string to_text(const Genome& genome);

/// Reads a genome. Throws InputError with `source:line: what; what would be right` for anything that is not a list of
/// genes of `alphabet` with all their arguments in range. `alphabet` must outlive the result.
Genome parse_genome(const std::string& text, std::string_view source, const Alphabet& alphabet);

/// XXH3 hash (128 bit) of a text.
Hash hash(std::string_view text);

/// Hash of the canonical text.
Hash hash(const Genome& genome);

}  // namespace exogene

#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/evaluation.hpp"
#include "genome/genome.hpp"

namespace exogene {

/// How the proof of a genome ended. The order is that of histories on disk.
enum class Verdict {
  untried,
  proven,      ///< decoded with every check of Exo, and right on fresh data
  not_proven,  ///< refused, or wrong
  undecided,   ///< a wall-clock deadline struck, or a process died
};

/// Names of all verdicts, indexed by Verdict.
const std::vector<std::string>& verdict_names();
std::string_view to_string(Verdict verdict);

/// Of wall clock for a gene with every check, a backstop: a whole curated schedule takes a few seconds.
inline constexpr double proof_gene_seconds = 120;

struct Proof {
  Verdict verdict = Verdict::untried;
  std::string reason;  ///< stage and reason, one line; empty when untried or proven
  bool operator==(const Proof&) const = default;
};

/// The verdict on a genome of these genes, of what Lane::prove gave.
Proof proof_of(const Evaluation& proving, std::span<const Gene> genes);

/// Likewise for a genome whose program has been measured: the proof must be of that program.
Proof proof_of(const Evaluation& proving, std::span<const Gene> genes, const Hash& measured);

}  // namespace exogene

#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eval/evaluation.hpp"
#include "eval/features.hpp"
#include "eval/proof.hpp"
#include "genome/genome.hpp"
#include "llm/proposal.hpp"

namespace exogene {

/// What a surrogate expected of an individual.
struct Prediction {
  double objective = 0;  ///< the first one, in its unit; where there are several cases, its geometric mean over them
  double right = 0;      ///< how probably it is right: about 0 to 1
  bool operator==(const Prediction&) const = default;
};

/// A genome that a search made and evaluated, and where it came from.
struct Individual {
  std::int64_t id = 0;  ///< from 0, in order of birth: by generation, then by slot
  std::uint32_t generation = 0;
  std::uint32_t slot = 0;                       ///< place among the individuals born in its generation
  std::array<std::int64_t, 2> parents{-1, -1};  ///< ids; -1 for none
  std::string operation;                        ///< operator that made it: `curated`, `insert`, `crossover`, ...
                                                ///< `migration`: a copy of its parent, which is on another island
  std::uint32_t retries = 0;  ///< proposals thrown away before this one: duplicates, or nothing fitted
  Genome genome;
  Hash hash;  ///< of the genome
  Evaluation evaluation;
  Proof proof;                             ///< made, if at all, in its generation
  std::uint32_t island = 0;                ///< that it lives on
  Features features{};                     ///< with a surrogate, where it decodes; else empty
  std::optional<Prediction> prediction{};  ///< of the surrogate that chose it; none where none did
  double gain = 0;                         ///< over its parents, from 0 to 1: see enter_gains
};

/// One generation of a search.
struct Generation {
  std::uint32_t number = 0;
  std::vector<Individual> born;          ///< in order of slots
  std::vector<std::int64_t> population;  ///< ids of the individuals alive at its end, best first
  double seconds = 0;                    ///< wall-clock
  std::vector<std::int64_t> front{};     ///< ids of all so far that none dominates; empty when it is not asked for
  std::vector<Proposal> proposals{};     ///< of LLMs, by slot and then by attempt
  std::vector<double> probabilities{};   ///< with which its children got each of operator_names(), 0 for those that
                                         ///< took no part; empty when no operator is chosen by chance
};

}  // namespace exogene

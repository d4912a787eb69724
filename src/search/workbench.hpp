#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "eval/evaluation.hpp"
#include "eval/features.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "llm/client.hpp"
#include "llm/proposal.hpp"
#include "search/individual.hpp"

namespace exogene {

/// What a search uses to look at genomes. The same lane is never used by two threads at once.
struct Workbench {
  std::size_t lanes = 1;
  std::function<Evaluation(std::size_t lane, const Genome&)> evaluate;
  std::function<std::optional<Sites>(std::size_t lane, std::span<const Gene>)> sites;
  std::function<std::optional<std::size_t>(std::size_t lane, std::span<const Gene>)> refused;  ///< as RefusedAt
  /// The schedule as Exo text; needed for `ask` alone.
  std::function<std::optional<std::string>(std::size_t lane, std::span<const Gene>)> text;
  /// Nullopt when the genes do not decode. Needed when the experiment has a surrogate.
  std::function<std::optional<Features>(std::size_t lane, std::span<const Gene>)> features;
  /// Asks a model, by its place in the experiment; any thread may. Needed when the experiment has LLMs.
  std::function<Exchange(const QuestionKey&, std::size_t model, const Prompt&)> ask;
  std::function<Proof(std::size_t lane, const Individual&)> prove;  ///< untried when there is no time for it
  std::function<bool()> stopped = [] { return false; };             ///< asked before each evaluation and each proof
};

/// Calls `work(lane, index)` for each index below `count`, on all lanes at once, in no certain order. When a call
/// throws, the ones not begun are left out and the exception of the lowest index is thrown.
void in_lanes(std::size_t lanes, std::size_t count, const std::function<void(std::size_t, std::size_t)>& work);

}  // namespace exogene

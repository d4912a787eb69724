#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/evaluation.hpp"
#include "eval/features.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "llm/client.hpp"
#include "llm/proposal.hpp"
#include "search/individual.hpp"

namespace exogene {

/// Individuals of all processes, or of one; nullopt when the workbench of any of them was stopped.
using Finished = std::optional<std::vector<Individual>>;

/// What a search uses to look at genomes. The same lane is never used by two threads at once.
///
/// A search may run in several processes, each with all of it: the same experiment, lineage and decisions. They divide
/// the work of `each` alone.
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
  std::size_t processes = 1;
  std::size_t process = 0;  ///< which of them this is
  /// What each process has finished, in their order; waits for all. Called at the same points by all.
  std::function<Finished(Finished ours)> gather = [](Finished ours) { return ours; };
};

/// Calls `work(lane, index)` for each index of `homes`, on all lanes at once, in no certain order. A lane takes first
/// those whose home, modulo the number of lanes, it is, then what is left of the others'. When a call throws, the ones
/// not begun are left out and the exception of the lowest index is thrown.
void in_lanes(std::size_t lanes, const std::vector<std::size_t>& homes,
              const std::function<void(std::size_t, std::size_t)>& work);

/// Likewise for each index below `count`, which is its own home.
void in_lanes(std::size_t lanes, std::size_t count, const std::function<void(std::size_t, std::size_t)>& work);

/// The individuals after `work(lane, individual)` for each of them, which may change its own and is false when it was
/// stopped. Every process works on one stretch of them, in its lanes, and gets all: with as many islands of the same
/// size as processes, a stretch is an island. A slot's home is always the same lane: its Exo service, which keeps what
/// it has decoded, then evaluates the child that it proposed.
Finished each(const Workbench& workbench, const std::vector<Individual>& individuals,
              const std::function<bool(std::size_t, Individual&)>& work);

}  // namespace exogene

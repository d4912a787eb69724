#pragma once
#include <optional>
#include <set>
#include <vector>

#include "search/nursery.hpp"
#include "search/surrogate.hpp"

namespace exogene {

/// Chooses, where the experiment has a surrogate, the best of several children before it is evaluated (model-assisted
/// preselection: M. Emmerich et al., PPSN VII, 2002; Y. Jin, Swarm and Evolutionary Computation 1, 2011).
class Preselection {
 public:
  /// Learns from the lineage. All three must outlive it.
  Preselection(const Lineage& lineage, const Experiment& experiment, const Workbench& workbench);

  /// Proposes `candidates` children, the first by `first` and the others by `further`, each with a random stream of its
  /// own, and gives the best with its prediction: that decodes before one that does not, is new before one that is
  /// known, has features that no individual has before one that has, probably right before one that is not, and then the
  /// predicted objective decides, or else chance with `ranking: random`. What an LLM proposed stays. Just `first` while
  /// there is too little to learn from.
  [[nodiscard]] Proposer best_of(Proposer first, Proposer further) const;

  /// The individuals, those that had none with features too.
  [[nodiscard]] std::vector<Individual> described(std::vector<Individual> born) const;

 private:
  struct Candidate;
  [[nodiscard]] Candidate assessed(Individual individual, std::size_t lane, Random& random) const;
  [[nodiscard]] bool beats(const Candidate& a, const Candidate& b) const;

  const Lineage& lineage_;
  const Experiment& experiment_;
  const Workbench& workbench_;
  std::optional<SurrogateModel> model_;
  std::set<Features> features_;  ///< of all individuals
};

}  // namespace exogene

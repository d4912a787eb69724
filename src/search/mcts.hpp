#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// Monte Carlo tree search in a game whose states are genomes and whose moves append drawn genes that fit: UCT (L.
/// Kocsis, C. Szepesvari, "Bandit based Monte-Carlo planning", ECML 2006) with progressive widening (R. Coulom,
/// "Computing Elo ratings of move patterns in the game of Go", ICGA Journal 30(4), 2007; G. Chaslot et al.,
/// "Progressive strategies for Monte-Carlo tree search", New Mathematics and Natural Computation 4(3), 2008).
///
/// The curated genomes are below the root. A state visited n times has up to widening * n^widening_exponent children;
/// while it has fewer, it is expanded: by one gene, and 0 to `rollout` more of a rollout. Every genome is a schedule
/// that can be scored, so the end of a rollout is itself the new state, unless it is not right or its C is that of a
/// state that is there already (a transposition): that program is searched where it was first reached. The reward is 0
/// for what is not right; else it grows with the logarithm of the first objective, from 0.5 for the best curated genome
/// to 1 for the best known, and down to 0 for what is worse by as much. Slots of one batch are told apart by virtual
/// losses: each counts as a visit without reward for those behind it. The tree is rebuilt from the individuals: the
/// parent of each is the state that it was reached from. Alive is the best one only.
std::optional<Generation> mcts(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                               const Workbench& workbench);

}  // namespace exogene

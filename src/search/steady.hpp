#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// A steady-state algorithm: each batch of children competes with the population for its places, and the worst go
/// (the `(mu + lambda)` replacement of Eiben and Smith, Introduction to Evolutionary Computing, 2nd ed., ch. 5).
///
/// Generation 0 is that of the generational algorithm; each later one is one batch. As in Genitor (D. Whitley, ICGA
/// 1989) no genome lives twice.
std::optional<Generation> steady(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                 const Workbench& workbench);

}  // namespace exogene

#pragma once
#include "search/algorithm.hpp"

namespace exogene {

/// A search by LLMs alone: the approach to compare evolution with, as in C. Yang
/// et al., "Large language models as optimizers", ICLR 2024.
///
/// Generation 0 is the curated genomes. Later, for each place that is no elite's, a model is asked to edit the best
/// genome so far, shown what became of earlier edits, up to `retries` times more when its proposal is refused or known;
/// a place that gets nothing stays empty. With one such place a generation, every result is shown before the next
/// question.
std::optional<Generation> llm_only(const Lineage& lineage, const Experiment& experiment, const Alphabet& alphabet,
                                   const Workbench& workbench);

}  // namespace exogene

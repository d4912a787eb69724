#pragma once
#include "cli/recorded.hpp"
#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// Prints what each operator did: how many individuals it made, how many proposals were thrown away before these, how
/// many were right and better than their parents, and how probable it was in the last generation.
void print_operators(const Recorded& recorded);

/// Prints the schedules that no other beats in all objectives.
void print_front(const Experiment& experiment, const Lineage& lineage);

/// Prints the best schedule of each niche of the archive.
void print_archive(const Experiment& experiment, const Lineage& lineage);

/// Prints how well the surrogate's predictions agree with what was measured, by generation and overall.
void print_surrogate(const Experiment& experiment, const Lineage& lineage);

/// Prints what became of the questions to LLMs, by outcome and reason.
void print_proposals(const Recorded& recorded);

}  // namespace exogene::cli

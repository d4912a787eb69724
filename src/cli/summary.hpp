#pragma once
#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// Prints the curated individuals and the best one side by side, and the genome of the best.
void print_summary(const Experiment& experiment, const Lineage& lineage);

}  // namespace exogene::cli

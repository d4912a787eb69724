#pragma once
#include <string>

#include "experiment/experiment.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// What ends the search, e.g. `at most 40 generations, 600 evaluations`.
std::string limits_text(const Experiment& experiment);

/// Prints the curated individuals and the best one side by side, and the genome of the best.
void print_summary(const Experiment& experiment, const Lineage& lineage);

}  // namespace exogene::cli

#pragma once
#include <vector>

#include "search/individual.hpp"
#include "search/lineage.hpp"
#include "search/workbench.hpp"

namespace exogene {

/// Evaluates the newborn, each genome once; those that the lineage knows take what it knows. False when the workbench
/// was stopped on the way: then some have no evaluation.
bool evaluate_newborn(std::vector<Individual>& born, const Lineage& lineage, const Workbench& workbench);

}  // namespace exogene

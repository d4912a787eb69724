#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "search/individual.hpp"

namespace exogene {

/// Places of the objectives in Evaluation::metrics, in order of importance; less is better, but for utilisation.
using Objectives = std::vector<std::size_t>;

/// Objectives of these metrics; std::out_of_range for a name that is none of metric_names().
Objectives objectives(const std::vector<std::string>& names);

/// A total order: what is right comes before what is not, then the objectives decide in order, by score, then the
/// shorter genome, then the elder.
bool is_better(const Individual& a, const Individual& b, const Objectives& objectives);

}  // namespace exogene

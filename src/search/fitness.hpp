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

/// The metric of an evaluation that is ok; where there are several cases, the product over them, 0 counting as 1. It
/// orders individuals as the geometric mean of the ratios to any one of them does.
double score(const Evaluation& evaluation, std::size_t metric);

/// A total order: what is right comes before what is not, then the objectives decide in order, by score, then the
/// shorter genome, then the elder.
bool is_better(const Individual& a, const Individual& b, const Objectives& objectives);

}  // namespace exogene

#pragma once
#include <string>
#include <vector>

namespace exogene {

/// What is known of a schedule before it is compiled: a number for each of feature_names(), in their order. Counts of
/// one call of the kernel, and estimates, none of them negative.
using Features = std::vector<double>;

/// Names of the features as src/exo_service/features.py explains them, in the order of Features.
const std::vector<std::string>& feature_names();

}  // namespace exogene

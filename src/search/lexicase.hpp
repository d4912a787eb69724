#pragma once
#include <cstddef>
#include <vector>

#include "operators/random.hpp"
#include "search/fitness.hpp"
#include "search/individual.hpp"

namespace exogene {

/// Errors of one individual, one for each test; less is better.
using Errors = std::vector<double>;

/// For each test, the median of how far the individuals' errors are from their median; there is an individual.
Errors median_absolute_deviations(const std::vector<Errors>& individuals);

/// The place of a parent: tests come in random order, and each keeps those within its tolerance of the least error that
/// is still there, until one individual is left or no test; of those left any is drawn. Epsilon-lexicase selection of
/// W. La Cava, L. Spector, K. Danai, GECCO 2016, with the median absolute deviations in the population as tolerances
/// (called semi-dynamic in W. La Cava et al., Evolutionary Computation 27(3), 2019).
std::size_t epsilon_lexicase(const std::vector<Errors>& individuals, const Errors& tolerances, Random& random);

/// Each objective on each case of an individual that is right.
Errors errors_of(const Individual& individual, const Objectives& objectives);

}  // namespace exogene

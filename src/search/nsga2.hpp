#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/fitness.hpp"
#include "search/individual.hpp"

// NSGA-II: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
// IEEE Transactions on Evolutionary Computation 6(2), 2002.

namespace exogene {

/// One number an objective; less is better.
using Point = std::vector<double>;

/// Whether `a` is no worse in any objective and better in one.
bool dominates(const Point& a, const Point& b);

/// Indices of the points by front: the first are dominated by none, the others by points of the fronts before only
/// (section III.A). In ascending order within a front.
std::vector<std::vector<std::size_t>> non_dominated_sort(const std::vector<Point>& points);

/// How far the neighbours of each point of a front are apart, summed over the objectives, each scaled by its extent in
/// the front; infinite for those at an end of one (section III.B). In order of `front`. Of points that are equal in an
/// objective, the one of the lower place in `front` counts as the lesser.
std::vector<double> crowding_distances(const std::vector<Point>& points, const std::vector<std::size_t>& front);

/// The objectives of an individual that is right.
Point point_of(const Individual& individual, const Objectives& objectives);

/// The individuals by the crowded comparison (section III.B): by front, then the less crowded, then the better one as
/// is_better says. Where several have the same objectives only the best of them is in a front: the others come behind
/// all fronts, and behind these what is not right, each the better one first. So the first is the best by is_better.
std::vector<const Individual*> crowded_ranking(std::vector<const Individual*> individuals,
                                               const Objectives& objectives);

/// Those of the individuals that are right and dominated by none, in order of the objectives, the first one leading; of
/// several with the same objectives the best as is_better says.
std::vector<const Individual*> front_of(std::vector<const Individual*> individuals, const Objectives& objectives);

}  // namespace exogene

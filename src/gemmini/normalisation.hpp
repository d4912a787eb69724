#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "gemmini/isa.hpp"
#include "gemmini/scaling.hpp"

namespace exogene::gemmini {

/// One set of running numbers over a row of results.
struct Statistics {
  bool reset = true;  ///< before the next command
  std::int32_t sum = 0, count = 0, mean = 0, max = 0, running_max = std::numeric_limits<std::int32_t>::min();
  float inverse = 0.0F;  ///< 1 / standard deviation, or 127 / sum of the exponentials
};

/// Activations of stores from the accumulator that need more than one number: all arithmetic is of integers that wrap,
/// except the reciprocals.
struct Normalisation {
  Activation activation = Activation::none;
  std::int32_t qb = 0, qc = 0, qln2 = 0, qln2_inverse = 0;
  std::uint32_t id = 0;  ///< set in use
  std::array<Statistics, 4> sets;
};

/// The norm commands of a store.
enum class NormCommand : std::uint8_t { store, sum, mean, variance, deviation, max, sum_exp, inverse_sum_exp };

/// The form of a command for all blocks of a row but the last.
NormCommand unfinished(NormCommand command);

/// Feeds `count` accumulator elements to the set in use.
void feed(Normalisation& unit, NormCommand command, const std::int32_t* values, std::uint32_t count);

/// What the activation makes of an element before it is scaled; relu comes after the scale and does nothing here.
std::int32_t activate(const Normalisation& unit, std::int32_t value, Rounding rounding);

/// value * (sign * ((min(|value|, -qb) + qb)^2 + qc) + qc): the error function as a polynomial (I-BERT).
std::int32_t igelu(std::int32_t value, std::int32_t qb, std::int32_t qc);
/// exp of a number <= 0 by a polynomial on the rest after division by ln 2 (I-BERT).
std::int32_t iexp(std::int32_t value, const Normalisation& constants);

}  // namespace exogene::gemmini

#include "gemmini/normalisation.hpp"

#include <algorithm>
#include <cmath>

#include "gemmini/wrapping.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();

// The host's conversion gives its lowest number for all that has no place among 32-bit integers.
template <class Float>
std::int32_t truncated(Float value) {
  return value > Float(-2147483649.0) && value < Float(2147483648.0) ? static_cast<std::int32_t>(value) : lowest;
}

std::int32_t quotient(std::int32_t sum, std::int32_t count) {
  return static_cast<std::int32_t>(std::int64_t{sum} / count);
}

void finish_mean(Statistics& set) {
  set.mean = quotient(set.sum, set.count);
}

void finish_deviation(Statistics& set) {
  const std::int32_t variance = quotient(set.sum, set.count);
  const std::int32_t deviation = variance == 0 ? 1 : truncated(std::sqrt(static_cast<double>(variance)));
  set.inverse = 1.0F / static_cast<float>(deviation);
}

}  // namespace

NormCommand unfinished(NormCommand command) {
  switch (command) {
    case NormCommand::mean:
      return NormCommand::sum;
    case NormCommand::deviation:
      return NormCommand::variance;
    case NormCommand::inverse_sum_exp:
      return NormCommand::sum_exp;
    default:
      return command;
  }
}

void feed(Normalisation& unit, NormCommand command, const std::int32_t* values, std::uint32_t count) {
  Statistics& set = unit.sets[unit.id];
  if (set.reset) set.sum = set.count = 0, set.running_max = lowest;
  set.reset = command == NormCommand::store || command == NormCommand::mean || command == NormCommand::deviation;
  const auto add = [&](auto term) {
    for (std::uint32_t i = 0; i < count; ++i) set.sum = wrapping_sum(set.sum, term(values[i]));
    set.count += static_cast<std::int32_t>(count);
  };
  switch (command) {
    case NormCommand::store:
      break;
    case NormCommand::sum:
    case NormCommand::mean:
      add([](std::int32_t value) { return value; });
      if (command == NormCommand::mean) finish_mean(set);
      break;
    case NormCommand::variance:
    case NormCommand::deviation:
      add([&](std::int32_t value) { return wrapping_square(wrapping_difference(value, set.mean)); });
      if (command == NormCommand::deviation) finish_deviation(set);
      break;
    case NormCommand::max:
      set.running_max = std::max(set.running_max, *std::max_element(values, values + count));
      break;
    case NormCommand::sum_exp:
    case NormCommand::inverse_sum_exp:
      set.max = set.running_max;
      for (std::uint32_t i = 0; i < count; ++i) {
        set.sum = wrapping_sum(set.sum, iexp(wrapping_difference(values[i], set.max), unit));
      }
      if (command == NormCommand::inverse_sum_exp) {
        set.running_max = lowest;
        set.inverse = 127.0F / static_cast<float>(set.sum);
      }
      break;
  }
}

std::int32_t activate(const Normalisation& unit, std::int32_t value, Rounding rounding) {
  const Statistics& set = unit.sets[unit.id];
  switch (unit.activation) {
    case Activation::igelu:
      return igelu(value, unit.qb, unit.qc);
    case Activation::layernorm:
      return truncated(static_cast<float>(wrapping_difference(value, set.mean)) * set.inverse);
    case Activation::softmax:
      return scale_to_i8(iexp(wrapping_difference(value, set.max), unit), set.inverse, rounding);
    default:
      return value;
  }
}

std::int32_t igelu(std::int32_t value, std::int32_t qb, std::int32_t qc) {
  const std::int32_t magnitude = value < 0 ? wrapping_difference(0, value) : value;
  const std::int32_t limited = std::min(magnitude, wrapping_difference(0, qb));
  const std::int32_t polynomial = wrapping_sum(wrapping_square(wrapping_sum(limited, qb)), qc);
  const std::int32_t error = value < 0 ? wrapping_difference(0, polynomial) : polynomial;
  return wrapping_product(value, wrapping_sum(error, qc));
}

std::int32_t iexp(std::int32_t value, const Normalisation& constants) {
  const std::int32_t negated = wrapping_difference(0, value);
  const std::int32_t z = wrapping_product(negated, constants.qln2_inverse) >> 16;
  const std::int32_t rest = wrapping_sum(value, wrapping_product(z, constants.qln2));
  const std::int32_t polynomial = wrapping_sum(wrapping_square(wrapping_sum(rest, constants.qb)), constants.qc);
  return polynomial >> (static_cast<std::uint32_t>(z) % 32);
}

}  // namespace exogene::gemmini

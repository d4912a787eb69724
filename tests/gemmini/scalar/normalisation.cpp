// Norm commands of stores, and the activations that they serve: layer normalisation, igelu, softmax.

#include <algorithm>
#include <cmath>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

std::int32_t minus(std::int32_t a, std::int32_t b) {
  return wrap(std::int64_t{a} - b);
}

std::int32_t igelu(const Machine& machine, std::int32_t q) {
  const auto& [activation, qb, qc, qln2, qln2_inverse, id, rows] = machine.normalising;
  const std::int32_t size = q < 0 ? minus(0, q) : q;
  const std::int32_t clipped = machine.has(Fault::igelu_not_clipped) ? size : std::min(size, minus(0, qb));
  const std::int32_t root = plus(clipped, qb);
  const std::int32_t polynomial = plus(times(root, root), qc);
  return times(q, plus(times(q < 0 ? -1 : 1, polynomial), qc));
}

std::int32_t iexp(const Machine& machine, std::int32_t q) {
  const auto& [activation, qb, qc, qln2, qln2_inverse, id, rows] = machine.normalising;
  const std::int32_t halvings = times(minus(0, q), qln2_inverse) >> 16;
  const std::int32_t root = plus(plus(q, times(halvings, qln2)), qb);
  const std::int32_t polynomial = plus(times(root, root), qc);
  return machine.has(Fault::exp_not_halved) ? polynomial : polynomial >> (static_cast<std::uint32_t>(halvings) % 32);
}

RowNumbers& current(Machine& machine) {
  return machine.normalising.rows.at(machine.has(Fault::one_statistics_set) ? 0 : machine.normalising.id);
}

std::int32_t quotient(const Machine& machine, std::int32_t sum, std::int32_t count) {
  const std::int32_t whole = sum / count;
  const bool lower = machine.has(Fault::mean_rounds_down) && sum % count < 0;
  return lower ? whole - 1 : whole;
}

}  // namespace

void normalise(Machine& machine, std::uint32_t command, std::uint32_t row, std::uint32_t count) {
  RowNumbers& numbers = current(machine);
  if (numbers.reset) {
    numbers.sum = 0;
    numbers.count = 0;
    numbers.running_max = std::numeric_limits<std::int32_t>::min();
  }
  numbers.reset = command == 0 || (command == 2 && !machine.has(Fault::sums_not_reset)) || command == 4;
  if (command == 6 || command == 7) numbers.max = numbers.running_max;
  for (std::uint32_t c = 0; c < count; ++c) {
    const std::int32_t value = machine.accumulator_at(row, c);
    const std::int32_t distance = minus(value, numbers.mean);
    if (command == 1 || command == 2) numbers.sum = plus(numbers.sum, value);
    if (command == 3 || command == 4) numbers.sum = plus(numbers.sum, times(distance, distance));
    if (command == 5) numbers.running_max = std::max(numbers.running_max, value);
    if (command == 6 || command == 7) numbers.sum = plus(numbers.sum, iexp(machine, minus(value, numbers.max)));
  }
  if (command >= 1 && command <= 4) numbers.count = plus(numbers.count, static_cast<std::int32_t>(count));
  if (command == 2) numbers.mean = quotient(machine, numbers.sum, numbers.count);
  if (command == 4) {
    const std::int32_t variance = numbers.sum / numbers.count;
    const std::int32_t deviation = variance == 0 ? 1 : to_32(std::sqrt(static_cast<double>(variance)));
    numbers.inverse = 1.0F / static_cast<float>(deviation);
  }
  if (command == 7) {
    numbers.running_max = std::numeric_limits<std::int32_t>::min();
    numbers.inverse = 127.0F / static_cast<float>(numbers.sum);
  }
}

std::int32_t activate(const Machine& machine, std::int32_t value) {
  const Normalising& normalising = machine.normalising;
  const RowNumbers& numbers = normalising.rows.at(machine.has(Fault::one_statistics_set) ? 0 : normalising.id);
  switch (normalising.activation) {
    case 2:
      return to_32(static_cast<float>(minus(value, numbers.mean)) * numbers.inverse);
    case 3:
      return igelu(machine, value);
    case 4:
      return scaled(machine, iexp(machine, minus(value, numbers.max)), numbers.inverse);
    default:  // relu comes after the scale
      return value;
  }
}

}  // namespace exogene::gemmini::scalar

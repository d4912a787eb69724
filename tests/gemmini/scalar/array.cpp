// PRELOAD, COMPUTE_PRELOADED, COMPUTE_ACCUMULATED.

#include <algorithm>
#include <vector>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

using Elements = std::vector<std::int32_t>;  // [dim][dim]

/// Element (i, j) of B or D: zero behind its rows and columns, and if there is no operand.
std::int32_t element(const Machine& machine, const Operand& operand, bool transposed, std::uint32_t i,
                     std::uint32_t j) {
  if (operand.none() || i >= operand.rows || j >= operand.cols) return 0;
  return transposed ? machine.scratchpad_at(operand.address + j, i) : machine.scratchpad_at(operand.address + i, j);
}

std::int32_t element_of_a(const Machine& machine, const Operand& a, std::uint32_t i, std::uint32_t k) {
  const bool transposed = machine.executing.transpose_a && !machine.has(Fault::a_not_transposed);
  const bool swaps = transposed && machine.has(Fault::a_mask_transposed);
  if (a.none() || (swaps ? k : i) >= a.rows || (swaps ? i : k) >= a.cols) return 0;
  const std::uint32_t stride = machine.has(Fault::a_stride_ignored) ? 1 : machine.executing.a_stride;
  return machine.scratchpad_at(a.address + stride * (transposed ? k : i), transposed ? i : k);
}

void fill_array(Machine& machine) {
  const Executing& executing = machine.executing;
  const bool transposed = executing.transpose_b && !machine.has(Fault::b_not_transposed) &&
                          (executing.weight_stationary || machine.has(Fault::d_transposed));
  for (std::uint32_t i = 0; i < machine.dim; ++i) {
    for (std::uint32_t j = 0; j < machine.dim; ++j) {
      machine.held[i * machine.dim + j] = element(machine, machine.weights, transposed, i, j);
    }
  }
}

Elements product_with_weights(const Machine& machine, const Operand& a, Operand d) {
  const std::uint32_t dim = machine.dim;
  if (machine.has(Fault::d_not_masked)) d.rows = dim;
  Elements result(machine.held.size());
  for (std::uint32_t i = 0; i < dim; ++i) {
    for (std::uint32_t j = 0; j < dim; ++j) {
      std::int32_t sum = element(machine, d, false, i, j);
      for (std::uint32_t k = 0; k < dim; ++k) {
        sum = plus(sum, times(element_of_a(machine, a, i, k), machine.held[k * dim + j]));
      }
      result[i * dim + j] = sum;
    }
  }
  return result;
}

Elements product_on_sums(Machine& machine, const Operand& a, const Operand& b) {
  const std::uint32_t dim = machine.dim;
  const bool transposed = machine.executing.transpose_b && !machine.has(Fault::b_not_transposed);
  if (machine.has(Fault::sums_not_kept)) std::fill(machine.held.begin(), machine.held.end(), 0);
  for (std::uint32_t i = 0; i < dim; ++i) {
    for (std::uint32_t j = 0; j < dim; ++j) {
      std::int32_t& sum = machine.held[i * dim + j];
      for (std::uint32_t k = 0; k < dim; ++k) {
        sum = plus(sum, times(element_of_a(machine, a, i, k), element(machine, b, transposed, k, j)));
      }
    }
  }
  return machine.held;
}

void write_result(Machine& machine, const Elements& sums, std::uint32_t rows_of_a) {
  const Executing& executing = machine.executing;
  const Operand& c = machine.result;
  if (c.none()) return;
  const std::uint32_t rows = machine.has(Fault::c_cut_to_a) ? std::min(c.rows, rows_of_a) : c.rows;
  const std::uint32_t stride = machine.has(Fault::c_stride_ignored) ? 1 : executing.c_stride;
  for (std::uint32_t i = 0; i < rows; ++i) {
    for (std::uint32_t j = 0; j < c.cols; ++j) {
      const std::uint32_t row = field(c.address, 28, 0) + stride * i;
      const std::int32_t sum = sums[i * machine.dim + j];
      if (c.accumulator()) {
        const bool adds = c.accumulate() && !machine.has(Fault::c_overwrites);
        const bool relu = executing.relu && machine.has(Fault::array_relu_everywhere);
        const std::int32_t value = relu ? std::max(sum, 0) : sum;
        machine.write_accumulator(row, j, adds ? plus(machine.accumulator_at(row, j), value) : value);
      } else {
        const bool relu = executing.relu && !machine.has(Fault::array_relu_missing);
        const std::int8_t value = shifted(machine, sum, executing.shift);
        machine.write_scratchpad(row, j, relu ? std::max<std::int8_t>(value, 0) : value);
      }
    }
  }
}

}  // namespace

void preload(Machine& machine, const Operand& weights, const Operand& result) {
  machine.weights = weights;
  machine.result = result;
  machine.pending = true;
}

void compute(Machine& machine, bool preloaded, const Operand& a, const Operand& bd) {
  const bool stationary = machine.executing.weight_stationary;
  if (machine.pending && (preloaded || machine.has(Fault::weights_not_kept))) {
    fill_array(machine);
    machine.held_known = true;
  }
  // Without a new PRELOAD the hardware has nowhere to write; sums, and weights that are asked for, are left to chance.
  if (!machine.pending && (preloaded || !stationary)) machine.held_known = false;
  const Elements sums = stationary ? product_with_weights(machine, a, bd) : product_on_sums(machine, a, bd);
  if (machine.pending || machine.has(Fault::second_compute_writes)) write_result(machine, sums, a.rows);
  machine.pending = false;
}

}  // namespace exogene::gemmini::scalar

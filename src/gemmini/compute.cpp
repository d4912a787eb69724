#include "gemmini/compute.hpp"

#include <algorithm>
#include <array>

#include "gemmini/scaling.hpp"
#include "gemmini/wrapping.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::size_t widest_block = std::size_t{widest_array} * widest_array;
template <class Element>
using Block = std::array<Element, widest_block>;

/// The operand's rows x cols elements, or those of its transpose, into a dense block; zeros around them.
template <class Element>
void copy_operand(const State& state, const Local& operand, bool transpose, Element* block) {
  const std::size_t dim = state.accelerator.dim;
  if (operand.none() || operand.rows != dim || operand.cols != dim) std::fill_n(block, dim * dim, Element{0});
  if (operand.none()) return;
  if (!transpose && operand.cols == dim) {
    std::copy_n(state.scratchpad.row(operand.word), operand.rows * dim, block);
    return;
  }
  for (std::uint32_t i = 0; i < operand.rows; ++i) {
    if (!transpose) {
      std::copy_n(state.scratchpad.row(operand.word + i), operand.cols, block + i * dim);
      continue;
    }
    for (std::uint32_t j = 0; j < operand.cols; ++j) {
      block[i * dim + j] = state.scratchpad.row(operand.word + j)[i];
    }
  }
}

/// A, which has a row stride. Where it is smaller than the array, zeros are fed.
void copy_a(const State& state, const Local& a, std::int8_t* fed) {
  const ExecuteUnit& unit = state.execute;
  const std::size_t dim = state.accelerator.dim;
  if (a.none()) return;
  for (std::uint32_t i = 0; i < a.rows; ++i) {
    if (!unit.transpose_a) {
      std::copy_n(state.scratchpad.row(a.word + i * unit.a_stride), a.cols, fed + i * dim);
      continue;
    }
    for (std::uint32_t k = 0; k < a.cols; ++k) {
      fed[i * dim + k] = state.scratchpad.row(a.word + k * unit.a_stride)[i];
    }
  }
}

/// A as the array takes it, dense: where it is in the scratchpad if it is a whole block there, else a copy.
const std::int8_t* feed(const State& state, const Local& a, std::int8_t* copy) {
  const ExecuteUnit& unit = state.execute;
  const std::size_t dim = state.accelerator.dim;
  if (!a.none() && !unit.transpose_a && a.cols == dim && unit.a_stride == 1) return state.scratchpad.row(a.word);
  std::fill_n(copy, dim * dim, std::int8_t{0});
  copy_a(state, a, copy);
  return copy;
}

/// Where in the accumulator a product can be summed up at once: the most frequent one, of stationary weights into whole
/// rows and without D. Else null.
std::int32_t* sums_in_place(State& state, const Local& d) {
  const Local& target = state.preload.result;
  const ExecuteUnit& unit = state.execute;
  const std::size_t dim = state.accelerator.dim;
  const bool whole = !target.none() && target.accumulator() && target.cols == dim && unit.c_stride == 1;
  if (!whole || !unit.weight_stationary || !d.none()) return nullptr;
  std::int32_t* sums = state.accumulator.rows_to_write(target.write_row(), target.rows);
  if (!target.accumulate()) std::fill_n(sums, target.rows * dim, 0);
  return sums;
}

/// The weights, or when sums are stationary what these start from.
void load_registers(State& state) {
  const Local& source = state.preload.weights;
  Registers& registers = state.registers;
  if (state.execute.weight_stationary) {
    copy_operand(state, source, state.execute.transpose_b, registers.weights.data());
  } else {
    copy_operand(state, source, false, registers.sums.data());
  }
  registers.known = true;
  registers.cols = source.cols;
}

void write_result(State& state, const std::int32_t* sums) {
  const Local& target = state.preload.result;
  if (target.none()) return;
  for (std::uint32_t i = 0; i < target.rows; ++i) {
    const std::int32_t* row = sums + std::size_t{i} * state.accelerator.dim;
    const std::uint32_t to = target.write_row() + i * state.execute.c_stride;
    if (!target.accumulator()) {
      std::int8_t* out = state.scratchpad.row_to_write(to);
      for (std::uint32_t j = 0; j < target.cols; ++j) {
        const std::int8_t shifted = shift_to_i8(row[j], state.execute.shift);
        out[j] = state.execute.relu ? std::max<std::int8_t>(shifted, 0) : shifted;
      }
    } else {
      std::int32_t* out = state.accumulator.row_to_write(to);
      if (target.accumulate()) {
        std::transform(row, row + target.cols, out, out, wrapping_sum);
      } else {
        std::copy_n(row, target.cols, out);
      }
    }
  }
}

void resolve(const State& state, const ComputeOperands& operands, Facts& facts) {
  const auto& [new_registers, a, bd] = operands;
  const ExecuteUnit& unit = state.execute;
  if (!a.none()) {
    facts.rows = a.rows;
    facts.cols = a.cols;
    facts.reads[0] = local_range(false, a.word, ((unit.transpose_a ? a.cols : a.rows) - 1) * unit.a_stride + 1);
  }
  const bool transpose_b = !unit.weight_stationary && unit.transpose_b;
  if (!bd.none()) facts.reads[1] = local_range(false, bd.word, transpose_b ? bd.cols : bd.rows);
}

}  // namespace

// Both make their facts where the caller gets them: copying them costs as much as all the rest of a preload.

Step execute(State& state, const PreloadOperands& operands) {
  Step step = checked(state, operands);
  if (step.outcome != Outcome::done) return step;
  state.preload = {.age = Preload::Age::pending, .weights = operands.weights, .result = operands.result};

  const auto& [weights, result] = operands;
  const ExecuteUnit& unit = state.execute;
  Facts& facts = step.facts;
  facts.keeps_weights = weights.none();
  facts.accumulates = operands.result.accumulator() && operands.result.accumulate();
  if (!weights.none()) {
    const bool transpose = unit.weight_stationary && unit.transpose_b;
    facts.reads[0] = local_range(false, weights.word, transpose ? weights.cols : weights.rows);
  }
  if (!result.none()) {
    facts.writes = local_range(result.accumulator(), result.write_row(), (result.rows - 1) * unit.c_stride + 1);
  }
  return step;
}

Step execute(State& state, MultiplyBlock multiply, const ComputeOperands& operands) {
  Step step = checked(state, operands);
  if (step.outcome != Outcome::done) return step;
  const auto& [new_registers, a, bd] = operands;
  Registers& registers = state.registers;
  Facts& facts = step.facts;
  resolve(state, operands, facts);

  if (state.preload.age != Preload::Age::pending) {
    // Nothing says where the result goes, and the preloaded form switches the array to registers nobody set.
    if (new_registers) registers.known = false;
    if (!state.execute.weight_stationary) registers.known = false;
    return step;
  }
  state.preload.age = Preload::Age::used;
  if (new_registers) load_registers(state);

  if (state.execute.weight_stationary) facts.macs = std::uint64_t{facts.rows} * facts.cols * registers.cols;
  Block<std::int8_t> copy;
  const std::int8_t* fed = feed(state, a, copy.data());
  if (std::int32_t* sums = sums_in_place(state, bd); sums != nullptr) {
    multiply(fed, registers.weights.data(), facts.rows, sums);
    return step;
  }
  if (state.execute.weight_stationary) {
    Block<std::int32_t> sums;
    copy_operand(state, bd, false, sums.data());
    multiply(fed, registers.weights.data(), facts.rows, sums.data());
    write_result(state, sums.data());
  } else {
    Block<std::int8_t> b;
    copy_operand(state, bd, state.execute.transpose_b, b.data());
    facts.macs = std::uint64_t{facts.rows} * facts.cols * (bd.none() ? 0 : bd.cols);
    multiply(fed, b.data(), facts.rows, registers.sums.data());
    write_result(state, registers.sums.data());
  }
  return step;
}

}  // namespace exogene::gemmini

// PRELOAD, COMPUTE_PRELOADED, COMPUTE_ACCUMULATED.

#include <algorithm>

#include "gemmini/rules.hpp"
#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

constexpr Local nothing{.word = no_operand, .cols = 0, .rows = 0};

/// A block of the scratchpad of which `touched` rows are read.
Local block(Random& random, const State& state, std::uint32_t rows, std::uint32_t cols, std::uint32_t touched) {
  const std::uint32_t last = state.accelerator.scratchpad_rows - touched;
  return {.word = random.place(last), .cols = cols, .rows = rows};
}

Local draw_block(Random& random, const State& state, bool transposed) {
  const std::uint32_t rows = random.size(state.accelerator.dim), cols = random.size(state.accelerator.dim);
  return block(random, state, rows, cols, transposed ? cols : rows);
}

/// Rows that fit into a memory of `all` rows, `stride` apart, at most dim.
std::uint32_t most_rows(std::uint32_t all, std::uint32_t stride, std::uint32_t dim) {
  return stride == 0 ? dim : std::min(dim, (all - 1) / stride + 1);
}

PreloadOperands draw_preload(Random& random, const State& state) {
  const ExecuteUnit& unit = state.execute;
  const std::uint32_t dim = state.accelerator.dim;
  PreloadOperands preload{.weights = nothing, .result = nothing};
  const bool keeps = random.one_in(4) && (state.registers.known || !unit.weight_stationary);
  if (!keeps) preload.weights = draw_block(random, state, unit.weight_stationary && unit.transpose_b);
  if (random.one_in(12)) return preload;
  const bool accumulator = random.one_in(2);
  const std::uint32_t all = accumulator ? state.accelerator.accumulator_rows : state.accelerator.scratchpad_rows;
  preload.result = {.cols = random.size(dim), .rows = random.size(most_rows(all, unit.c_stride, dim))};
  const std::uint32_t row = random.place(all - (preload.result.rows - 1) * unit.c_stride - 1);
  const bool adds = random.one_in(2);
  preload.result.word = row | (accumulator ? accumulator_bit : 0) | (adds ? accumulate_bit : 0);
  return preload;
}

ComputeOperands draw_compute(Random& random, const State& state, const PreloadOperands* pending) {
  const ExecuteUnit& unit = state.execute;
  const std::uint32_t dim = state.accelerator.dim;
  const bool stationary = unit.weight_stationary;
  ComputeOperands compute{.new_weights = random.one_in(3), .a = nothing, .bd = nothing};
  std::uint32_t most = dim;
  if (pending != nullptr) {
    compute.new_weights = stationary ? !pending->weights.none() : compute.new_weights || !state.registers.known;
    if (stationary && !pending->result.none()) most = pending->result.rows;
  }
  if (!random.one_in(16)) {
    const std::uint32_t fit = most_rows(state.accelerator.scratchpad_rows, unit.a_stride, dim);
    const std::uint32_t rows = random.size(unit.transpose_a ? most : std::min(most, fit));
    const std::uint32_t cols = random.size(unit.transpose_a ? fit : dim);
    compute.a = block(random, state, rows, cols, ((unit.transpose_a ? cols : rows) - 1) * unit.a_stride + 1);
  }
  if (!random.one_in(stationary ? 2 : 8)) compute.bd = draw_block(random, state, !stationary && unit.transpose_b);
  return compute;
}

Command command(const ComputeOperands& compute) {
  return array_command(compute.new_weights ? Kind::compute_preloaded : Kind::compute_accumulated, compute.a,
                       compute.bd);
}

}  // namespace

Commands draw_product(Random& random, const State& state) {
  if (!state.execute.configured) return {draw_config_ex(random)};
  const PreloadOperands latched{.weights = state.preload.weights, .result = state.preload.result};
  if (state.preload.age == Preload::Age::used && random.one_in(12)) {
    return {command(draw_compute(random, state, nullptr))};
  }
  const bool usable = state.preload.age == Preload::Age::pending && broken_rule(state, latched).empty() &&
                      !(state.execute.weight_stationary && latched.weights.none() && !state.registers.known);
  if (usable && !random.one_in(4)) return {command(draw_compute(random, state, &latched))};
  const PreloadOperands preload = draw_preload(random, state);
  Commands commands{array_command(Kind::preload, preload.weights, preload.result)};
  if (!random.one_in(8)) commands.push_back(command(draw_compute(random, state, &preload)));
  return commands;
}

}  // namespace exogene::gemmini::fuzz

// Rules of PRELOAD and the computes.

#include "gemmini/rule.hpp"

namespace exogene::gemmini {
namespace {

using namespace rule;

// PRELOAD

std::string fits_array(const char* operand, const State& state, const Local& local) {
  const std::uint32_t dim = state.accelerator.dim;
  if (local.none()) return {};
  if (local.rows >= 1 && local.rows <= dim && local.cols >= 1 && local.cols <= dim) return {};
  return format("operand {} of {} rows and {} columns: both must be from 1 to {}", operand, local.rows, local.cols,
                dim);
}

std::string read_rows_exist(const char* operand, const State& state, const Local& local, std::uint64_t touched) {
  if (local.none()) return {};
  if (local.accumulator()) {
    return format("operand {} is in the accumulator: the array reads the scratchpad only", operand);
  }
  const auto text = outside("scratchpad", local.word, local.word + touched, state.accelerator.scratchpad_rows);
  if (text.empty()) return {};
  return format("operand {}: {}", operand, text);
}

// What stays in the array is B or, in the other dataflow, D, which cannot be transposed.
std::string weights_rows_exist(const State& state, const Local& weights) {
  const bool stationary = state.execute.weight_stationary;
  const bool transpose = stationary && state.execute.transpose_b;
  return read_rows_exist(stationary ? "B" : "D", state, weights, transpose ? weights.cols : weights.rows);
}

std::string result_rows_exist(const State& state, const Local& result) {
  if (result.none()) return {};
  const std::uint64_t first = result.write_row();
  const std::uint64_t end = first + std::uint64_t{result.rows - 1} * state.execute.c_stride + 1;
  const auto text = outside_either(state, result.accumulator(), first, end);
  if (text.empty()) return {};
  return format("result C: {}", text);
}

std::string preload_is_configured(const State& state, const PreloadOperands&) {
  if (state.execute.configured) return {};
  return "preload although no CONFIG_EX came before";
}

std::string preload_fits_array(const State& state, const PreloadOperands& preload) {
  auto text = fits_array(state.execute.weight_stationary ? "B" : "D", state, preload.weights);
  return text.empty() ? fits_array("C", state, preload.result) : text;
}

std::string preload_rows_exist(const State& state, const PreloadOperands& preload) {
  auto text = weights_rows_exist(state, preload.weights);
  return text.empty() ? result_rows_exist(state, preload.result) : text;
}

// COMPUTE_PRELOADED, COMPUTE_ACCUMULATED

bool pending(const State& state) {
  return state.preload.age == Preload::Age::pending;
}

std::string compute_is_configured(const State& state, const ComputeOperands&) {
  if (state.execute.configured) return {};
  return "compute although no CONFIG_EX came before";
}

std::string compute_follows_preload(const State& state, const ComputeOperands&) {
  if (state.preload.age != Preload::Age::never) return {};
  return "compute although no PRELOAD came before";
}

std::string compute_fits_array(const State& state, const ComputeOperands& compute) {
  auto text = fits_array("A", state, compute.a);
  return text.empty() ? fits_array(state.execute.weight_stationary ? "D" : "B", state, compute.bd) : text;
}

std::string compute_rows_exist(const State& state, const ComputeOperands& compute) {
  if (!compute.a.none()) {
    const std::uint32_t steps = (state.execute.transpose_a ? compute.a.cols : compute.a.rows) - 1;
    auto text = read_rows_exist("A", state, compute.a, std::uint64_t{steps} * state.execute.a_stride + 1);
    if (!text.empty()) return text;
  }
  const bool stationary = state.execute.weight_stationary;
  const bool transpose = !stationary && state.execute.transpose_b;
  return read_rows_exist(stationary ? "D" : "B", state, compute.bd, transpose ? compute.bd.cols : compute.bd.rows);
}

// A configuration between PRELOAD and compute can change what the latched operands reach.
std::string compute_preloaded_rows_exist(const State& state, const ComputeOperands&) {
  if (!pending(state)) return {};
  return preload_rows_exist(state, {state.preload.weights, state.preload.result});
}

// Stationary sums start from zeros when a preload without D comes before COMPUTE_PRELOADED, and go on otherwise.
std::string compute_uses_weights_as_preloaded(const State& state, const ComputeOperands& compute) {
  if (!pending(state) || !state.execute.weight_stationary) return {};
  const bool keeps = state.preload.weights.none();
  if (keeps && compute.new_weights) {
    return "the preload keeps the weights, so the compute must be COMPUTE_ACCUMULATED";
  }
  if (!keeps && !compute.new_weights) {
    return "the preload brings new weights, so the compute must be COMPUTE_PRELOADED";
  }
  return {};
}

std::string compute_has_weights(const State& state, const ComputeOperands& compute) {
  if (!pending(state) || compute.new_weights || state.registers.known) return {};
  return state.execute.weight_stationary ? "the preload keeps the weights, but the array holds none that are known"
                                         : "the compute goes on with the array's sums, but none are known";
}

std::string compute_result_is_tall_enough(const State& state, const ComputeOperands& compute) {
  const Local& result = state.preload.result;
  if (!pending(state) || !state.execute.weight_stationary) return {};
  if (result.none() || result.rows >= compute.a.rows) return {};
  return format("operand A has {} rows, but the preload gave C only {}", compute.a.rows, result.rows);
}

}  // namespace

std::string broken_rule(const State& state, const PreloadOperands& preload) {
  return first_broken<preload_is_configured, preload_fits_array, preload_rows_exist>(state, preload);
}

std::string broken_rule(const State& state, const ComputeOperands& compute) {
  return first_broken<compute_is_configured, compute_follows_preload, compute_fits_array, compute_rows_exist,
                      compute_preloaded_rows_exist, compute_uses_weights_as_preloaded, compute_has_weights,
                      compute_result_is_tall_enough>(state, compute);
}

}  // namespace exogene::gemmini

#include "gemmini/rules.hpp"

#include <fmt/format.h>

namespace exogene::gemmini {
namespace {

using fmt::format;
constexpr const char* obeyed = "";

template <class Operation>
using Rule = std::string (*)(const State&, const Operation&);

template <class Operation, std::size_t n>
std::string first_broken(const Rule<Operation> (&rules)[n], const State& state, const Operation& operation) {
  for (const auto rule : rules) {
    if (std::string text = rule(state, operation); !text.empty()) return text;
  }
  return {};
}

std::string outside(const char* memory, std::uint64_t first, std::uint64_t end, std::uint32_t rows) {
  if (end <= rows) return {};
  return format("rows {} to {} run out of the {}, which has {} rows", first, end - 1, memory, rows);
}

std::string outside_either(const State& state, bool accumulator, std::uint64_t first, std::uint64_t end) {
  return accumulator ? outside("accumulator", first, end, state.accelerator.accumulator_rows)
                     : outside("scratchpad", first, end, state.accelerator.scratchpad_rows);
}

std::uint64_t blocks(const State& state, const Local& local) {
  return (local.cols + state.accelerator.dim - 1) / state.accelerator.dim;
}

std::string empty(const char* what, const Local& local) {
  if (local.rows > 0 && local.cols > 0) return {};
  return format("{} of {} rows and {} columns moves nothing", what, local.rows, local.cols);
}

std::string too_tall(const char* what, const State& state, const Local& local) {
  if (local.rows <= state.accelerator.dim) return {};
  return format("{} of {} rows is taller than the array's {}", what, local.rows, state.accelerator.dim);
}

std::string too_wide(const char* what, const State& state, const Local& local) {
  const std::uint32_t most = widest_transfer(state.accelerator);
  if (local.cols <= most) return {};
  return format("{} of {} columns is wider than four blocks = {}", what, local.cols, most);
}

// CONFIG_EX

std::string execute_is_weight_stationary(const State&, const ConfigEx& config) {
  return config.weight_stationary || config.only_strides ? obeyed : not_supported("the output-stationary dataflow");
}

std::string execute_shift_fits(const State&, const ConfigEx& config) {
  return config.shift < 32 ? obeyed : format("result shift of {} bits is not less than 32", config.shift);
}

std::string execute_transposes_one(const State&, const ConfigEx& config) {
  return config.transpose_a && config.transpose_b ? "A and B cannot both be transposed when weights are stationary"
                                                  : obeyed;
}

// CONFIG_LD

std::string channel_exists(const State&, const ConfigLd& config) {
  return config.channel < 3 ? obeyed : format("load channel {} does not exist, there are 0, 1 and 2", config.channel);
}

std::string channel_repeats_no_pixels(const State&, const ConfigLd& config) {
  return config.pixel_repeats <= 1 ? obeyed : not_supported("pixel repeats of a load channel");
}

// CONFIG_ST

std::string store_does_not_pool(const State&, const ConfigSt& config) {
  return config.pool_stride == 0 ? obeyed : not_supported("pooling");
}

std::string store_activation_is_simple(const State&, const ConfigSt& config) {
  return config.activation <= Activation::relu ? obeyed : not_supported("an activation other than none and relu");
}

// MVIN, MVIN2, MVIN3

std::string load_channel_is_configured(const State& state, const Load& load) {
  if (state.channels[load.channel].configured) return {};
  return format("load on channel {}, which no CONFIG_LD has set up", load.channel);
}

std::string load_moves_something(const State&, const Load& load) {
  return empty("load", load.local);
}

std::string load_is_not_too_tall(const State& state, const Load& load) {
  return too_tall("load", state, load.local);
}

std::string load_is_not_too_wide(const State& state, const Load& load) {
  return too_wide("load", state, load.local);
}

std::string load_of_words_is_one_block(const State& state, const Load& load) {
  const std::uint32_t dim = state.accelerator.dim;
  const bool words = load.address == 0 || !state.channels[load.channel].shrunk;
  if (!load.local.accumulator() || !words || load.local.cols <= dim) return {};
  return format("load of {} columns of {} into the accumulator is wider than one block = {}", load.local.cols,
                load.address == 0 ? "zeros" : "32-bit data", dim);
}

std::string load_blocks_do_not_overlap(const State& state, const Load& load) {
  const std::uint32_t stride = state.channels[load.channel].block_stride;
  if (stride >= load.local.rows) return {};
  return format("load of {} rows on channel {}, whose block stride is only {}", load.local.rows, load.channel, stride);
}

std::string load_rows_exist(const State& state, const Load& load) {
  const std::uint64_t first = load.local.write_row();
  const std::uint64_t skip = (blocks(state, load.local) - 1) * state.channels[load.channel].block_stride;
  return outside_either(state, load.local.accumulator(), first, first + skip + load.local.rows);
}

// MVOUT

std::string store_is_configured(const State& state, const Store&) {
  return state.store.configured ? obeyed : "store although no CONFIG_ST came before";
}

std::string store_moves_something(const State&, const Store& store) {
  return empty("store", store.local);
}

std::string store_is_not_too_tall(const State& state, const Store& store) {
  return too_tall("store", state, store.local);
}

std::string store_is_not_too_wide(const State& state, const Store& store) {
  return too_wide("store", state, store.local);
}

std::string store_of_words_is_one_block(const State& state, const Store& store) {
  const Local& local = store.local;
  if (!local.accumulator() || !local.full_width() || local.cols <= state.accelerator.dim) return {};
  return format("store of {} columns of 32-bit data is wider than one block = {}", local.cols, state.accelerator.dim);
}

std::string store_does_not_normalise(const State&, const Store& store) {
  if (!store.local.accumulator() || store.local.norm_command() == 0) return {};
  return not_supported("a normalisation command in a store");
}

std::string store_rows_exist(const State& state, const Store& store) {
  const std::uint64_t first = store.local.store_row();
  const std::uint64_t skip = (blocks(state, store.local) - 1) * state.accelerator.dim;
  return outside_either(state, store.local.accumulator(), first, first + skip + store.local.rows);
}

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
  return text.empty() ? obeyed : format("operand {}: {}", operand, text);
}

std::string weights_rows_exist(const State& state, const Local& weights) {
  return read_rows_exist("B", state, weights, state.execute.transpose_b ? weights.cols : weights.rows);
}

std::string result_rows_exist(const State& state, const Local& result) {
  if (result.none()) return {};
  const std::uint64_t first = result.write_row();
  const std::uint64_t end = first + std::uint64_t{result.rows - 1} * state.execute.c_stride + 1;
  const auto text = outside_either(state, result.accumulator(), first, end);
  return text.empty() ? obeyed : format("result C: {}", text);
}

std::string preload_is_configured(const State& state, const PreloadOperands&) {
  return state.execute.configured ? obeyed : "preload although no CONFIG_EX came before";
}

std::string preload_fits_array(const State& state, const PreloadOperands& preload) {
  auto text = fits_array("B", state, preload.weights);
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
  return state.execute.configured ? obeyed : "compute although no CONFIG_EX came before";
}

std::string compute_follows_preload(const State& state, const ComputeOperands&) {
  return state.preload.age != Preload::Age::never ? obeyed : "compute although no PRELOAD came before";
}

std::string compute_fits_array(const State& state, const ComputeOperands& compute) {
  auto text = fits_array("A", state, compute.a);
  return text.empty() ? fits_array("D", state, compute.d) : text;
}

std::string compute_rows_exist(const State& state, const ComputeOperands& compute) {
  if (!compute.a.none()) {
    const std::uint32_t steps = (state.execute.transpose_a ? compute.a.cols : compute.a.rows) - 1;
    auto text = read_rows_exist("A", state, compute.a, std::uint64_t{steps} * state.execute.a_stride + 1);
    if (!text.empty()) return text;
  }
  return read_rows_exist("D", state, compute.d, compute.d.rows);
}

// A configuration between PRELOAD and compute can change what the latched operands reach.
std::string compute_preloaded_rows_exist(const State& state, const ComputeOperands&) {
  if (!pending(state)) return {};
  return preload_rows_exist(state, {state.preload.weights, state.preload.result});
}

std::string compute_uses_weights_as_preloaded(const State& state, const ComputeOperands& compute) {
  if (!pending(state)) return {};
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
  if (!pending(state) || compute.new_weights || state.weights.known) return {};
  return "the preload keeps the weights, but the array holds none that are known";
}

std::string compute_result_is_tall_enough(const State& state, const ComputeOperands& compute) {
  const Local& result = state.preload.result;
  if (!pending(state) || result.none() || result.rows >= compute.a.rows) return {};
  return format("operand A has {} rows, but the preload gave C only {}", compute.a.rows, result.rows);
}

}  // namespace

std::string not_supported(const char* what) {
  return format("not supported by this simulator yet: {}", what);
}

std::string broken_rule(const State& state, const ConfigEx& config) {
  static constexpr Rule<ConfigEx> rules[] = {execute_is_weight_stationary, execute_shift_fits, execute_transposes_one};
  return first_broken(rules, state, config);
}

std::string broken_rule(const State& state, const ConfigLd& config) {
  static constexpr Rule<ConfigLd> rules[] = {channel_exists, channel_repeats_no_pixels};
  return first_broken(rules, state, config);
}

std::string broken_rule(const State& state, const ConfigSt& config) {
  static constexpr Rule<ConfigSt> rules[] = {store_does_not_pool, store_activation_is_simple};
  return first_broken(rules, state, config);
}

std::string broken_rule(const State& state, const Load& load) {
  static constexpr Rule<Load> rules[] = {
      load_channel_is_configured, load_moves_something,       load_is_not_too_tall, load_is_not_too_wide,
      load_of_words_is_one_block, load_blocks_do_not_overlap, load_rows_exist};
  return first_broken(rules, state, load);
}

std::string broken_rule(const State& state, const Store& store) {
  static constexpr Rule<Store> rules[] = {store_is_configured,   store_moves_something,       store_is_not_too_tall,
                                          store_is_not_too_wide, store_of_words_is_one_block, store_does_not_normalise,
                                          store_rows_exist};
  return first_broken(rules, state, store);
}

std::string broken_rule(const State& state, const PreloadOperands& preload) {
  static constexpr Rule<PreloadOperands> rules[] = {preload_is_configured, preload_fits_array, preload_rows_exist};
  return first_broken(rules, state, preload);
}

std::string broken_rule(const State& state, const ComputeOperands& compute) {
  static constexpr Rule<ComputeOperands> rules[] = {compute_is_configured,        compute_follows_preload,
                                                    compute_fits_array,           compute_rows_exist,
                                                    compute_preloaded_rows_exist, compute_uses_weights_as_preloaded,
                                                    compute_has_weights,          compute_result_is_tall_enough};
  return first_broken(rules, state, compute);
}

}  // namespace exogene::gemmini

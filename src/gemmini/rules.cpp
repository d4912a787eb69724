// Rules of configurations and of the hardware loops.

#include <algorithm>

#include "gemmini/rule.hpp"

namespace exogene::gemmini {
namespace {

using namespace rule;

// CONFIG_EX

std::string execute_shift_fits(const State&, const ConfigEx& config) {
  if (config.only_strides || config.shift < 32) return {};
  return format("result shift of {} bits is not less than 32", config.shift);
}

std::string execute_transposes_one(const State&, const ConfigEx& config) {
  if (config.only_strides || !config.transpose_b) return {};
  if (config.weight_stationary && config.transpose_a) {
    return "A and B cannot both be transposed when weights are stationary";
  }
  if (!config.weight_stationary && !config.transpose_a) {
    return "B cannot be transposed without A when sums are stationary";
  }
  return {};
}

// CONFIG_LD

std::string channel_exists(const State&, const ConfigLd& config) {
  if (config.channel < 3) return {};
  return format("load channel {} does not exist, there are 0, 1 and 2", config.channel);
}

// CONFIG_ST

std::string store_pools_something(const State&, const ConfigSt& config) {
  const Pooling& pool = config.pooling;
  if (pool.stride == 0 || pool.size > 0) return {};
  return "pooling over windows of 0 x 0 pixels";
}

// CONFIG_NORM

std::string norm_set_exists(const State&, const ConfigNorm& config) {
  if (config.id < 4) return {};
  return format("set {} of statistics does not exist, there are 0 to 3", config.id);
}

std::string norm_softmax_is_alone(const State& state, const ConfigNorm& config) {
  const Activation activation = state.normalisation.activation;
  if (config.only_id || !config.softmax) return {};
  if (activation == Activation::none || activation == Activation::softmax) return {};
  return "softmax cannot be combined with the activation of the last CONFIG_ST, which must be none";
}

// LOOP_WS

bool weights_are_stationary(const State& state) {
  return state.execute.configured && state.execute.weight_stationary;
}

std::string loop_has_dataflow(const State& state, const LoopWs& loop) {
  if (loop.residual || weights_are_stationary(state)) return {};
  return "a hardware loop needs a CONFIG_EX with stationary weights before it";
}

std::string loop_side(const char* name, const State& state, const LoopWs::Side& side) {
  if (side.tiles == 0) return format("{} is 0 tiles", name);
  if (side.pad < state.accelerator.dim) return {};
  return format("{} has a pad of {}, which is not less than a tile's {}", name, side.pad, state.accelerator.dim);
}

std::string loop_has_sizes(const State& state, const LoopWs& loop) {
  std::string text = loop_side("I", state, loop.i);
  if (text.empty()) text = loop_side("J", state, loop.j);
  return text.empty() && !loop.residual ? loop_side("K", state, loop.k) : text;
}

std::string loop_halves_exist(const State&, const LoopWs& loop) {
  if (loop.a_half < 3 && loop.b_half < 3) return {};
  return "the scratchpad half of A or B is 3, there are 1, 2 and 0 for either";
}

std::string loop_fits_half_scratchpad(const State& state, const LoopWs& loop) {
  const std::uint64_t tiles = std::uint64_t{loop.k.tiles} * (std::uint64_t{loop.i.tiles} + loop.j.tiles);
  const std::uint64_t rows = tiles * state.accelerator.dim, most = state.accelerator.scratchpad_rows / 2;
  if (loop.residual || rows <= most) return {};
  return format("a hardware loop has half the scratchpad for A and B: {} rows are more than {}", rows, most);
}

// LOOP_CONV_WS

std::string conv_has_dataflow(const State& state, const LoopConv&) {
  if (weights_are_stationary(state)) return {};
  return "a hardware loop needs a CONFIG_EX with stationary weights before it";
}

std::string conv_stores_configured(const State& state, const LoopConv& loop) {
  if (loop.output == 0 || state.store.configured) return {};
  return "a hardware loop that stores needs a CONFIG_ST before it";
}

std::string conv_has_sizes(const State&, const LoopConv& loop) {
  if (loop.batches == 0 || loop.rows == 0 || loop.cols == 0) return "the tile of the output is empty";
  if (loop.in_channels == 0 || loop.out_channels == 0) return "the tile has no channels";
  if (loop.kernel_rows == 0 || loop.kernel_cols == 0 || loop.kernel_dilation == 0) return "the kernel is empty";
  if (loop.stride == 0) return "the stride of the convolution is 0";
  if (input_rows_side(loop).inside < 0 || input_cols_side(loop).inside < 0) return "the pads are larger than the input";
  return {};
}

// The loop pools by a CONFIG_ST, whose fields are narrower than its own.
std::string conv_pools_within_fields(const State&, const LoopConv& loop) {
  if (loop.no_pooling || loop.output == 0) return {};
  if (loop.pool_size - 1 > 2 || loop.pool_stride - 1 > 2) {
    return format("pooling over windows of {} with stride {}: both must be from 1 to 3", loop.pool_size,
                  loop.pool_stride);
  }
  if (loop.pool_upper_pad > 3 || loop.pool_left_pad > 3) return "pads of pooling are at most 3";
  if (std::max({loop.pooled_all_cols, loop.pooled_rows, loop.pooled_cols, loop.rows, loop.cols}) > 255) {
    return "a side of the pooled tile is longer than 255";
  }
  return {};
}

std::string conv_repeats_fit_row(const State& state, const LoopConv& loop) {
  const std::uint32_t dim = state.accelerator.dim;
  if (loop.pixels_per_row == 1 || loop.pixels_per_row * loop.in_channels <= dim) return {};
  return format("{} pixels of {} channels are wider than a row = {}", loop.pixels_per_row, loop.in_channels, dim);
}

std::string conv_fits_scratchpad(const State& state, const LoopConv& loop) {
  const std::uint64_t input = input_rows(loop, state.accelerator), weights = weight_rows(loop, state.accelerator);
  const std::uint64_t most = state.accelerator.scratchpad_rows / 2;
  const bool shared = (loop.a_half == 2) == (loop.b_half == 2);
  if (input <= most && weights <= most && (!shared || input + weights <= most)) return {};
  return format("a hardware loop has half the scratchpad for input and weights: {} + {} rows are more than {}", input,
                weights, most);
}

}  // namespace

std::string broken_rule(const State& state, const ConfigEx& config) {
  return first_broken<execute_shift_fits, execute_transposes_one>(state, config);
}

std::string broken_rule(const State& state, const ConfigLd& config) {
  return first_broken<channel_exists>(state, config);
}

std::string broken_rule(const State& state, const ConfigSt& config) {
  return first_broken<store_pools_something>(state, config);
}

std::string broken_rule(const State& state, const ConfigNorm& config) {
  return first_broken<norm_set_exists, norm_softmax_is_alone>(state, config);
}

std::string broken_rule(const State& state, const LoopWs& loop) {
  return first_broken<loop_has_dataflow, loop_has_sizes, loop_halves_exist, loop_fits_half_scratchpad>(state, loop);
}

std::string broken_rule(const State& state, const LoopConv& loop) {
  return first_broken<conv_has_dataflow, conv_stores_configured, conv_has_sizes, conv_pools_within_fields,
                      conv_repeats_fit_row, conv_fits_scratchpad>(state, loop);
}

}  // namespace exogene::gemmini

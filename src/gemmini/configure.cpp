#include "gemmini/configure.hpp"

#include <algorithm>

namespace exogene::gemmini {

Step execute(State& state, const ConfigEx& config) {
  if (std::string text = broken_rule(state, config); !text.empty()) return invalid(std::move(text));
  ExecuteUnit& unit = state.execute;
  unit.a_stride = config.a_stride;
  unit.c_stride = config.c_stride;
  if (!config.only_strides) {
    // Weights are no sums: what the array holds means nothing in the other dataflow.
    if (unit.weight_stationary != config.weight_stationary) state.registers.known = false;
    unit.configured = true;
    unit.weight_stationary = config.weight_stationary;
    unit.transpose_a = config.transpose_a;
    unit.transpose_b = config.transpose_b;
    unit.relu = config.activation == static_cast<std::uint32_t>(Activation::relu);
    unit.shift = config.shift;
  }
  return {};
}

Step execute(State& state, const ConfigLd& config) {
  if (std::string text = broken_rule(state, config); !text.empty()) return invalid(std::move(text));
  state.channels[config.channel] = {.configured = true,
                                    .shrunk = config.shrunk,
                                    .block_stride = config.block_stride,
                                    .pixel_repeats = std::max(config.pixel_repeats, 1U),
                                    .scale = config.scale,
                                    .stride = config.stride};
  return {};
}

Step execute(State& state, const ConfigSt& config) {
  if (std::string text = broken_rule(state, config); !text.empty()) return invalid(std::move(text));
  state.store = {.configured = true,
                 .relu = config.activation == Activation::relu,
                 .stride = config.stride,
                 .scale = config.scale,
                 .pooling = config.pooling};
  // CONFIG_ST has no number for softmax, so none leaves it on.
  Activation& activation = state.normalisation.activation;
  if (config.activation != Activation::none || activation != Activation::softmax) activation = config.activation;
  return {};
}

Step execute(State& state, const ConfigNorm& config) {
  if (std::string text = broken_rule(state, config); !text.empty()) return invalid(std::move(text));
  Normalisation& unit = state.normalisation;
  unit.id = config.id;
  if (config.only_id) return {};
  unit.qb = config.qb;
  unit.qc = config.qc;
  (config.inverse ? unit.qln2_inverse : unit.qln2) = config.q;
  if (config.softmax) unit.activation = Activation::softmax;
  return {};
}

}  // namespace exogene::gemmini

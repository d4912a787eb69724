#pragma once

#include <string>
#include <utility>

#include "gemmini/facts.hpp"
#include "gemmini/isa.hpp"
#include "gemmini/state.hpp"

namespace exogene::gemmini {

struct Load {
  std::uint32_t channel;
  std::uint64_t address;  ///< 0: zeros
  Local local;
};
struct Store {
  std::uint64_t address;
  Local local;
};
struct PreloadOperands {
  Local weights;  ///< B, or D when sums are stationary
  Local result;
};
struct ComputeOperands {
  bool new_weights;  ///< COMPUTE_PRELOADED
  Local a, bd;       ///< the second is D when weights are stationary, else B
};

/// What the hardware cannot do although a functional model could: each returns the text of the first broken rule, with
/// the numbers, or an empty string. Sources: assertions, hangs and wrong results of the accelerator's RTL.
std::string broken_rule(const State& state, const ConfigEx& config);
std::string broken_rule(const State& state, const ConfigLd& config);
std::string broken_rule(const State& state, const ConfigSt& config);
std::string broken_rule(const State& state, const ConfigNorm& config);
std::string broken_rule(const State& state, const Load& load);
std::string broken_rule(const State& state, const Store& store);
std::string broken_rule(const State& state, const PreloadOperands& preload);
std::string broken_rule(const State& state, const ComputeOperands& compute);

/// Of the loops only what their commands do not say themselves.
std::string broken_rule(const State& state, const LoopWs& loop);
std::string broken_rule(const State& state, const LoopConv& loop);

/// A step to be filled in, or one that says which rule is broken.
template <class Operation>
Step checked(const State& state, const Operation& operation) {
  std::string text = broken_rule(state, operation);
  return text.empty() ? Step{} : invalid(std::move(text));
}

}  // namespace exogene::gemmini

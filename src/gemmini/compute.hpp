#pragma once

#include "gemmini/array.hpp"
#include "gemmini/facts.hpp"
#include "gemmini/rules.hpp"

namespace exogene::gemmini {

/// PRELOAD, which only remembers its operands, and COMPUTE_PRELOADED and COMPUTE_ACCUMULATED.
Step execute(State& state, const PreloadOperands& operands);
Step execute(State& state, MultiplyBlock multiply, const ComputeOperands& operands);

}  // namespace exogene::gemmini

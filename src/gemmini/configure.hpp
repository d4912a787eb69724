#pragma once

#include "gemmini/facts.hpp"
#include "gemmini/rules.hpp"

namespace exogene::gemmini {

/// The four configuration commands.
Step execute(State& state, const ConfigEx& config);
Step execute(State& state, const ConfigLd& config);
Step execute(State& state, const ConfigSt& config);
Step execute(State& state, const ConfigNorm& config);

}  // namespace exogene::gemmini

#pragma once

#include <string>

#include "gemmini/state.hpp"
#include "rig.hpp"
#include "scalar/machine.hpp"

namespace exogene::gemmini::fuzz {

/// The first element or setting in which the plain model differs from the model, or an empty string. All that a later
/// command can read is compared.
std::string difference(const State& state, const test::ByteMemory& memory, const scalar::Machine& plain);

}  // namespace exogene::gemmini::fuzz

#pragma once
#include "operators/mutation.hpp"
#include "operators/random.hpp"

namespace exogene {

/// The mutation that makes the next mutant.
Mutation choose_mutation(Random& random);

}  // namespace exogene

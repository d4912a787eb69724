#pragma once

#include "gemmini/facts.hpp"
#include "gemmini/memory.hpp"
#include "gemmini/rules.hpp"

namespace exogene::gemmini {

/// MVIN, MVIN2, MVIN3 and MVOUT. What breaks a rule changes nothing; a fault comes after the rows before it.
Step execute(State& state, Memory& memory, const Load& load);
Step execute(State& state, Memory& memory, const Store& store);

/// A DMA access that failed: `what` is read or write.
Step outside_memory(const char* what, std::uint64_t address, std::uint64_t bytes);

}  // namespace exogene::gemmini

#pragma once

#include <nlohmann/json.hpp>

#include "gemmini/machine.hpp"

namespace exogene::gemmini {

/// Every metric of a run that came to its end, by name, as whole numbers: counts, bytes or rows; utilisation in
/// millionths of what an array of `dim` x `dim` could do in the cycles.
nlohmann::ordered_json metrics(const KernelRun& run, std::uint32_t dim);

}  // namespace exogene::gemmini

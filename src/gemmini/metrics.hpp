#pragma once

#include <nlohmann/json.hpp>

#include "gemmini/machine.hpp"

namespace exogene::gemmini {

/// Every metric of a run that came to its end, by name, as whole numbers: counts, bytes or rows.
nlohmann::ordered_json metrics(const KernelRun& run);

}  // namespace exogene::gemmini

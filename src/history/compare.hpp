#pragma once
#include <optional>
#include <string>

#include "history/reader.hpp"

namespace exogene {

/// One line that names the first thing in which two runs differ, or nothing when they searched alike. Looks at all that
/// a search decides: not at times, versions, or the text of the experiment, which may ask for other numbers of threads.
std::optional<std::string> first_difference(const History& a, const History& b);

}  // namespace exogene

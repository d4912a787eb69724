#pragma once

#include <functional>
#include <string>

namespace exogene::gemmini {

struct Forked {
  enum class End { finished, died, out_of_time };
  End end;
  std::string text;  ///< finished: what the function returned; died: how
};

/// Runs the function in a forked child without the parent's standard streams and returns its text. A child that takes
/// longer than `seconds` is killed. Throws std::system_error when no child can be made.
Forked run_forked(const std::function<std::string()>& function, double seconds);

}  // namespace exogene::gemmini

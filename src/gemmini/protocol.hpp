#pragma once

#include <memory>
#include <string>

#include "gemmini/session.hpp"

namespace exogene::gemmini {

inline constexpr const char* model_version = "5";

/// Answers requests, one JSON object a line: {"op": "open" | "run" | "version", ...}. Holds at most one open session; a
/// run with another "data_seed" than the session has gets one of its own.
class Protocol {
 public:
  /// The reply to one line, without a newline. Never throws because of the request.
  std::string answer(const std::string& line);

 private:
  Setup setup_;  ///< of the session
  std::unique_ptr<Session> session_;
};

}  // namespace exogene::gemmini

#include "llm/proposal.hpp"

namespace exogene {

const std::vector<std::string>& outcome_names() {
  static const std::vector<std::string> names{"accepted",  "duplicate", "truncated",   "empty",
                                              "malformed", "invalid",   "unavailable", "over_budget"};
  return names;
}

std::string_view to_string(Outcome outcome) {
  return outcome_names()[static_cast<std::size_t>(outcome)];
}

}  // namespace exogene

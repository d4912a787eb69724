#pragma once
#include <map>
#include <string>

namespace exogene {

/// What a history records about its run as a whole.
struct RunInfo {
  std::string experiment;                       ///< the resolved experiment as YAML text
  std::map<std::string, std::string> versions;  ///< of every tool that a result depends on, by the tool's name
  bool operator==(const RunInfo&) const = default;
};

}  // namespace exogene

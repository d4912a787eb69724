#pragma once
#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

namespace exogene {

/// Sets each `key.path=value` in the map `root`, in order; a value is a YAML scalar or flow list or map. Maps on the
/// way that are missing are made; whether the keys mean anything is for the reader to say. The nodes set have no mark.
/// Returns the key paths. Throws InputError `--set ...`.
std::vector<std::string> apply_overrides(const YAML::Node& root, const std::vector<std::string>& overrides);

/// The node as YAML in flow style, each item on the line that it has in its file as far as marks tell.
/// Throws InputError with `source` when it is nested more than 32 deep.
std::string flow_text(const YAML::Node& node, std::string_view source);

}  // namespace exogene

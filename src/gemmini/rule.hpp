#pragma once

// What the files of rules share.

#include <fmt/format.h>

#include "gemmini/rules.hpp"

namespace exogene::gemmini::rule {

using fmt::format;

/// What the first rule that the operation breaks says, or an empty string. Rules are asked for every command: their
/// calls are direct, and one that is obeyed makes its string of nothing.
template <auto rule, auto... more, class Operation>
std::string first_broken(const State& state, const Operation& operation) {
  if (std::string text = rule(state, operation); !text.empty()) return text;
  if constexpr (sizeof...(more) > 0) return first_broken<more...>(state, operation);
  return {};
}

inline std::string outside(const char* memory, std::uint64_t first, std::uint64_t end, std::uint32_t rows) {
  if (end <= rows) return {};
  return format("rows {} to {} run out of the {}, which has {} rows", first, end - 1, memory, rows);
}

inline std::string outside_either(const State& state, bool accumulator, std::uint64_t first, std::uint64_t end) {
  return accumulator ? outside("accumulator", first, end, state.accelerator.accumulator_rows)
                     : outside("scratchpad", first, end, state.accelerator.scratchpad_rows);
}

}  // namespace exogene::gemmini::rule

#pragma once

// What the files of rules share.

#include <fmt/format.h>

#include "gemmini/rules.hpp"

namespace exogene::gemmini::rule {

using fmt::format;
inline constexpr const char* obeyed = "";

template <class Operation>
using Rule = std::string (*)(const State&, const Operation&);

template <class Operation, std::size_t n>
std::string first_broken(const Rule<Operation> (&rules)[n], const State& state, const Operation& operation) {
  for (const auto rule : rules) {
    if (std::string text = rule(state, operation); !text.empty()) return text;
  }
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

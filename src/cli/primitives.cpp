#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.hpp"
#include "eval/tools.hpp"
#include "genome/alphabet.hpp"

namespace exogene::cli {
namespace {

std::string describe(const Parameter& parameter) {
  const auto range = fmt::format("{}..{}", parameter.min, parameter.max);
  switch (parameter.kind) {
    case ArgumentKind::loop:
      return "a loop";
    case ArgumentKind::buffer:
      return "a buffer";
    case ArgumentKind::statement:
      return "a statement";
    case ArgumentKind::expression:
      return "an expression";
    case ArgumentKind::array:
      return "an array or buffer";
    case ArgumentKind::instruction:
      return "an instruction";
    case ArgumentKind::memory:
      return "a memory";
    case ArgumentKind::configuration:
      return "a configuration";
    case ArgumentKind::integer:
      return range;
    case ArgumentKind::integers:
      return "[" + range + ", ...]";
    case ArgumentKind::loops:
      return "[loops]";
    case ArgumentKind::choice:
      return fmt::format("{}", fmt::join(parameter.choices, " | "));
  }
  return {};
}

}  // namespace

int primitives() {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  for (const auto level : {Level::primitive, Level::composite}) {
    fmt::print("{}\n", level == Level::primitive ? "Primitives: Exo's scheduling operators"
                                                 : "\nComposites: what experts do, built of primitives");
    for (const auto& kind : alphabet.kinds()) {
      if (kind.level != level) continue;
      std::vector<std::string> arguments;
      for (const auto& parameter : kind.parameters)
        arguments.push_back(fmt::format("{}: {}", parameter.name, describe(parameter)));
      fmt::print("  {}: {{{}}}\n      {}{}\n", kind.name, fmt::join(arguments, ", "), kind.help,
                 kind.drawn ? "" : " (never drawn by a search)");
    }
  }
  fmt::print(
      "\nLoops, buffers and statements go by the names that the schedule prints; name#n is the n-th later copy. "
      "C+=.n is\nthe n-th expression of the statement C+=, from 0 and from the outside in.\n");
  return 0;
}

}  // namespace exogene::cli

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.hpp"
#include "eval/tools.hpp"
#include "genome/alphabet.hpp"

namespace exogene::cli {

int primitives() {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  for (const auto level : {Level::primitive, Level::composite}) {
    fmt::print("{}\n", level == Level::primitive ? "Primitives: Exo's scheduling operators"
                                                 : "\nComposites: what experts do, built of primitives");
    for (const auto& kind : alphabet.kinds()) {
      if (kind.level != level) continue;
      std::vector<std::string> arguments;
      for (const auto& parameter : kind.parameters)
        arguments.push_back(fmt::format("{}: {}", parameter.name, to_text(parameter)));
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

#include "eval/tools.hpp"

#include <fmt/format.h>

#include <boost/process/search_path.hpp>

namespace exogene {

namespace fs = std::filesystem;

Tools find_tools() {
  const fs::path root = EXOGENE_ROOT;
  return {root, root / ".venv/bin/python", boost::process::search_path("riscv64-unknown-elf-gcc").string(),
          fs::path(EXOGENE_BUILD) / "gemmini-sim"};
}

fs::path alphabet_path(const Tools& tools) {
  return tools.root / "src/genome/alphabet.yaml";
}

void check(const Tools& tools) {
  if (tools.gcc.empty())
    throw EnvironmentError(
        "riscv64-unknown-elf-gcc: not found on PATH; install the Debian package gcc-riscv64-unknown-elf");
  for (const auto& path : {tools.python, tools.gemmini_sim})
    if (!fs::exists(path)) throw EnvironmentError(path.string() + ": missing; run scripts/setup");
}

Command exo_service(const Tools& tools) {
  // Exo's own sources have escapes that newer Pythons warn about.
  return {{tools.python.string(), "-W", "ignore::SyntaxWarning", "-m", "exo_service.service"},
          {{"PYTHONPATH", (tools.root / "src").string()}, {"PYTHONHASHSEED", "0"}}};
}

std::vector<std::string> compiler_flags(const Accelerator& accelerator) {
  std::vector<std::string> flags{"-" + accelerator.optimisation,
                                 "-std=gnu11",
                                 "-ffreestanding",
                                 "-fno-tree-loop-distribute-patterns",
                                 "-ffp-contract=off",
                                 "-nostdlib",
                                 "-nostartfiles",
                                 "-static",
                                 "-mcmodel=medany",
                                 "-march=rv64gc",
                                 "-mabi=lp64d"};
  if (accelerator.rounding == "rne") flags.emplace_back("-DGEMMINI_RNE");
  return flags;
}

std::string compiler_version(const Tools& tools) {
  const auto said = run({{tools.gcc.string(), "--version"}}, {}, Seconds(30)).output;
  return said.substr(0, said.find('\n'));
}

}  // namespace exogene

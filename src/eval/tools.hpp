#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "eval/process.hpp"
#include "experiment/accelerator.hpp"

namespace exogene {

/// Where the programs and files are that an evaluation needs.
struct Tools {
  std::filesystem::path root;         ///< of the project
  std::filesystem::path python;       ///< the interpreter that has Exo
  std::filesystem::path gcc;          ///< for RISC-V; empty when it is not on PATH
  std::filesystem::path gemmini_sim;  ///< the simulator
};

/// The tools of this build; nothing is checked.
Tools find_tools();

/// The catalogue of gene kinds.
std::filesystem::path alphabet_path(const Tools& tools);

/// Throws EnvironmentError for the first tool that is missing, saying how to get it.
void check(const Tools& tools);

/// The command of the Exo service.
Command exo_service(const Tools& tools);

/// gcc's flags for a kernel of that accelerator: part of every result, so recorded in every history.
std::vector<std::string> compiler_flags(const Accelerator& accelerator);

/// First line of `gcc --version`.
std::string compiler_version(const Tools& tools);

}  // namespace exogene

#pragma once
#include <memory>

#include "cli/commands.hpp"
#include "eval/evaluator.hpp"
#include "genome/genome.hpp"

namespace exogene::cli {

/// One genome and what it is to be evaluated on.
struct Single {
  std::unique_ptr<Alphabet> alphabet;  ///< owns what the genome's genes point to
  Task task;
  Genome genome;
};

/// Reads the files that the options name, and looks for the tools.
Single read_single(const EvaluateOptions& options);

}  // namespace exogene::cli

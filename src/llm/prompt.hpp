#pragma once
#include <optional>
#include <string>
#include <vector>

#include "eval/evaluation.hpp"
#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "llm/client.hpp"

namespace exogene {

/// A genome of the run, what it was made from, and what both did.
struct Trial {
  const Genome& before;
  const Evaluation& was;
  const Genome& after;
  const Evaluation& now;
};

/// What a model is told.
struct Situation {
  std::string kernel;            ///< the naive one as Exo text
  std::string schedule;          ///< that of the genome as Exo text
  const Genome& genome;          ///< to be changed
  const Evaluation& evaluation;  ///< of it
  const Sites& sites;            ///< of its schedule
  const Experiment& experiment;  ///< whose objectives they are, and whose cases
  std::vector<Trial> tried;      ///< what was made of this genome
  std::vector<Trial> examples;   ///< what improved other genomes of the run
};

/// How much less of the metric there is, relative to before (more, where more is better); of several cases, of their
/// geometric mean. Nullopt unless both are ok.
std::optional<double> gain(const Evaluation& was, const Evaluation& now, std::size_t metric);

/// What to ask. All that is no text of ours, names and messages above all, stands between fences that it cannot
/// contain, and the model is told that it is data. `constrained`: the server is given the schema, else the model is
/// told it.
Prompt make_prompt(const Situation& situation, const Alphabet& alphabet, bool constrained);

}  // namespace exogene

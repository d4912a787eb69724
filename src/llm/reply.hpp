#pragma once
#include <optional>
#include <string>
#include <vector>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "llm/edits.hpp"
#include "llm/proposal.hpp"

namespace exogene {

/// A reply as the search sees it.
struct Reading {
  Outcome outcome = Outcome::invalid;  ///< accepted, empty, malformed or invalid
  std::string reason;                  ///< one line; empty when accepted
  std::vector<Edit> edits{};           ///< when accepted
  std::optional<Genome> genome{};      ///< when accepted
};

/// Applies the edits of a model's reply, `{"edits": [...]}` as the schema says, to `parent`. Text around the outermost
/// braces is passed over. Genes are read as those of a genome file are; whether their names live is for Exo to say.
Reading read_reply(const std::string& reply, const Genome& parent, const Alphabet& alphabet);

}  // namespace exogene

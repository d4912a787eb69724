#pragma once
#include <nlohmann/json.hpp>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"

namespace exogene {

/// JSON schema of the replies for a genome whose schedule has these sites, in the part of the language that constrained
/// decoders know (OpenAI's strict mode, llama.cpp, vLLM). Loops, buffers and statements are those of the schedule and
/// those that the genome itself names; gene kinds and their arguments are those of the catalogue, without the ones that
/// would find nothing to name.
nlohmann::ordered_json reply_schema(const Alphabet& alphabet, const Sites& sites, const Genome& genome);

}  // namespace exogene

#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genome/alphabet.hpp"
#include "search/individual.hpp"

namespace exogene {

// What a journal holds, as nlohmann::json finds it. Reading throws std::exception for what was not written so.
void to_json(nlohmann::json& json, const Hash& hash);
void from_json(const nlohmann::json& json, Hash& hash);
void to_json(nlohmann::json& json, const Evaluation& evaluation);
void from_json(const nlohmann::json& json, Evaluation& evaluation);
void to_json(nlohmann::json& json, const Proof& proof);
void from_json(const nlohmann::json& json, Proof& proof);
void to_json(nlohmann::json& json, const QuestionKey& key);
void from_json(const nlohmann::json& json, QuestionKey& key);
void to_json(nlohmann::json& json, const Exchange& exchange);
void from_json(const nlohmann::json& json, Exchange& exchange);

/// Individuals for another process of the same run: every field, to the last bit.
std::string to_bytes(const std::vector<Individual>& individuals);
std::vector<Individual> from_bytes(const std::string& bytes, const Alphabet& alphabet);

}  // namespace exogene

#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "genome/alphabet.hpp"
#include "history/error.hpp"
#include "history/run_info.hpp"
#include "search/individual.hpp"

namespace exogene {

/// The complete generations of a run.
struct History {
  RunInfo info;
  std::vector<Individual> individuals;  ///< all, the one with id i at index i
  std::vector<Generation> generations;  ///< by number, from 0; `born` is left empty: see births; so is `proposals`
  std::vector<Proposal> proposals{};    ///< all, by generation
};

/// The individuals born in a generation, in order of slots: [first, last) of History::individuals.
struct Births {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Births of each generation of `history`.
std::vector<Births> births(const History& history);

/// How many of the proposals each generation made.
std::vector<std::uint64_t> proposed(const History& history);

/// Reads the complete generations, also while a run is writing, and after it was killed. `alphabet` must outlive the
/// result. Throws HistoryError when the file is damaged or not a history.
History read_history(const std::filesystem::path& path, const Alphabet& alphabet);

}  // namespace exogene

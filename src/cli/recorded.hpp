#pragma once
#include <filesystem>

#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "history/reader.hpp"
#include "search/lineage.hpp"

namespace exogene::cli {

/// A history, the experiment it records, and its individuals as a search sees them.
struct Recorded {
  History history;
  Experiment experiment;
  Lineage lineage;
};

/// `alphabet` must outlive the result.
Recorded read_recorded(const std::filesystem::path& path, const Alphabet& alphabet);

}  // namespace exogene::cli

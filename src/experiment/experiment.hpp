#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/accelerator.hpp"
#include "experiment/kernel.hpp"
#include "experiment/llm.hpp"
#include "experiment/search.hpp"
#include "genome/alphabet.hpp"
#include "genome/genome.hpp"

namespace exogene {

/// When Exo's safety analysis runs.
enum class Checks {
  deferred,  ///< only in proofs
  always,    ///< in every decode
};

std::string_view to_string(Checks checks);

/// Of one simulated kernel.
struct Limits {
  std::uint64_t instructions = 2'000'000'000;  ///< retired by the host
  double seconds = 60;                         ///< of wall clock, a backstop
  bool operator==(const Limits&) const = default;
};

/// Enough for the naive schedule of the kernel, which takes 7 to 13 instructions for a multiplication.
Limits default_limits(const Kernel& kernel);

/// A genome that a search starts from.
struct Curated {
  std::string name;  ///< as reports call it
  Genome genome;
  bool operator==(const Curated&) const = default;
};

/// What a genome is decoded for, compiled for and run on.
struct Case {
  Kernel kernel;
  Accelerator accelerator;
};

/// All that decides what a run does.
struct Experiment {
  std::string name;
  Kernel kernel;
  Accelerator accelerator;
  std::vector<Kernel> more_kernels;            ///< of the same family; every genome is scored on each of them, too
  std::vector<Accelerator> more_accelerators;  ///< likewise
  std::vector<Curated> initial;                ///< one or more, for the kernel's family, of different names
  std::vector<std::string> objectives;         ///< one or more metrics, compared in this order; cycles if none is given
  std::uint64_t seed = 0;
  Checks checks = Checks::deferred;
  bool require_proof = false;  ///< whether an elite that is not proven loses its place
  double proof_seconds = 1;    ///< of all lanes for proofs, a generation on average, where none is required
  Limits limits;
  Budget budget;
  Search search;
  std::optional<Llm> llm;
  bool operator==(const Experiment&) const = default;
};

/// Every kernel on every accelerator, the first on the first in front; accelerators change faster.
std::vector<Case> cases(const Experiment& experiment);

/// Reads an experiment file and the files it refers to, relative to it. `overrides` are `key.path=value`, applied to
/// the file's tree in order. Throws InputError, one line: `file:line: ...`, of whichever file is wrong, or `--set key:
/// ...`. `alphabet` must outlive the result;
/// `metrics` are the names that objectives may have.
Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                           const Alphabet& alphabet, const std::vector<std::string>& metrics);

/// Reads an experiment that refers to no files, as `to_text` writes it.
Experiment parse_experiment(const std::string& text, std::string_view source, const Alphabet& alphabet,
                            const std::vector<std::string>& metrics);

/// The experiment as YAML that stands alone: kernel, accelerator and genomes inline, every default written out.
/// `parse_experiment` gives the same experiment back.
std::string to_text(const Experiment& experiment);

}  // namespace exogene

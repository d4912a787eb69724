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
#include "genome/alphabet.hpp"
#include "genome/genome.hpp"

namespace exogene {

/// When Exo's safety analysis runs.
enum class Checks {
  deferred,  ///< only before a genome is called a champion
  always,    ///< in every decode
};

std::string_view to_string(Checks checks);

/// Of one simulated kernel.
struct Limits {
  std::uint64_t instructions = 2'000'000'000;  ///< retired by the host
  double seconds = 60;                         ///< of wall clock, a backstop
  bool operator==(const Limits&) const = default;
};

struct Search {
  std::string algorithm;          ///< generational or llm_only
  std::uint32_t population = 0;   ///< individuals alive, at least 2
  std::uint32_t generations = 0;  ///< after the initial one
  std::uint32_t elites = 0;       ///< best that live on unchanged, at least 1 and fewer than population
  std::uint32_t tournament = 0;   ///< contestants for each parent, from 1 to population
  double crossover = 0;           ///< probability of a child of two parents; the others are mutants
  std::uint32_t retries = 0;      ///< new proposals when one is a duplicate
  bool operator==(const Search&) const = default;
};

/// A genome that a search starts from.
struct Curated {
  std::string name;  ///< as reports call it
  Genome genome;
  bool operator==(const Curated&) const = default;
};

/// All that decides what a run does.
struct Experiment {
  std::string name;
  Kernel kernel;
  Accelerator accelerator;
  std::vector<Curated> initial;         ///< one or more, for the kernel's family, of different names
  std::vector<std::string> objectives;  ///< one or more metrics, compared in this order; cycles if none is given
  std::uint64_t seed = 0;
  Checks checks = Checks::deferred;
  Limits limits;
  Search search;
  std::optional<Llm> llm;
  bool operator==(const Experiment&) const = default;
};

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

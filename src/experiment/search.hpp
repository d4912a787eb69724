#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exogene {

class Fields;

inline constexpr std::uint32_t most_retries = 1000;
inline constexpr std::uint32_t most_candidates = 64;  ///< for each retry of each there is a random stream

/// How the operator of a child is chosen.
struct Operators {
  std::string choice;  ///< fixed (in proportion to the weights), uniform, adaptive_pursuit (starts with the weights)
  std::vector<std::pair<std::string, double>> weights;  ///< of the mutations that take part: each above 0
  bool operator==(const Operators&) const = default;
};

/// Populations that evolve side by side, in a ring.
struct Islands {
  std::uint32_t count = 1;
  std::uint32_t migration_every = 1;  ///< generations
  std::uint32_t migrants = 0;         ///< best of each island that are copied to the next one
  std::uint32_t stagnation = 1;       ///< generations without a new best after which an island starts anew
  bool operator==(const Islands&) const = default;
};

/// A model that ranks children before one of them is evaluated.
struct Surrogate {
  std::uint32_t candidates = 2;        ///< children proposed for each place
  std::string ranking = "regression";  ///< decides which is evaluated: regression; random, for comparison
  bool operator==(const Surrogate&) const = default;
};

/// Settings of a search. An algorithm has the keys that search_keys() names; the others stay as they are here.
struct Search {
  std::string algorithm;
  std::optional<std::uint32_t> generations;  ///< after the initial one; none when only the budget ends the search
  std::uint32_t retries = 0;                 ///< new proposals when one is a duplicate
  std::uint32_t population = 0;              ///< individuals alive, on each island; at least 2
  std::uint32_t elites = 0;                  ///< best that live on unchanged, at least 1 and fewer than population
  std::uint32_t tournament = 0;              ///< contestants for each parent, from 1 to population
  double crossover = 0;                      ///< probability of a child of two parents; the others are mutants
  std::uint32_t batch = 0;                   ///< individuals born in each generation but the initial one
  std::uint32_t genes = 0;                   ///< most genes of a random walk
  std::string improvement;                   ///< neighbour that a climb goes on from: first (in order of slots), best
  std::uint32_t patience = 0;                ///< generations without gain before a climb starts anew
  std::uint32_t perturbation = 0;            ///< most mutations between a curated genome and the start of a climb
  double exploration = 0;                    ///< weight of rarely visited states
  double widening = 0;                       ///< a state of n visits has widening * n^widening_exponent children
  double widening_exponent = 0;
  std::uint32_t rollout = 0;             ///< most genes behind a move
  std::string selection = "tournament";  ///< of parents and survivors: tournament, nsga2, lexicase
  std::optional<Operators> operators;    ///< none: the five mutations of old, in fixed shares
  double archive = 0;                    ///< probability of a parent from the archive
  std::optional<Islands> islands;        ///< none: one
  std::optional<Surrogate> surrogate;    ///< none: what is proposed is evaluated
  bool operator==(const Search&) const = default;
};

/// Limits of a search as a whole; none where there is no number.
struct Budget {
  std::optional<std::uint64_t> evaluations;   ///< different genomes
  std::optional<double> seconds;              ///< of wall clock, looked at between generations
  std::optional<std::uint64_t> instructions;  ///< simulated, looked at between generations
  bool operator==(const Budget&) const = default;
};

/// Names of the mutations that may have a weight, each with its usual one.
const std::vector<std::pair<std::string, double>>& usual_weights();

/// Names of all operators that are chosen by chance: the mutations of usual_weights and `crossover`.
const std::vector<std::string>& operator_names();

/// Names of the algorithms.
std::vector<std::string> algorithm_names();

/// Whether the algorithm has a use for the experiment's `llm`.
bool asks_llms(std::string_view algorithm);

/// Keys of the settings of an algorithm of algorithm_names(), in the order in which they are written. selection,
/// operators, archive, islands and surrogate need not be there.
std::vector<std::string> search_keys(const std::string& algorithm);

/// Reads `budget` of an experiment, if it is there; `curated` genomes are evaluated in any case.
Budget read_budget(const Fields& experiment, std::size_t curated);

/// Reads `search` of an experiment, which must have a number of generations when nothing else limits it.
Search read_search(const Fields& experiment, const Budget& budget);

/// The line `budget: ...`; nothing when there is no limit.
std::string to_text(const Budget& budget);

/// The map below `search:`, its lines not indented.
std::string to_text(const Search& search);

}  // namespace exogene

#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "search/fitness.hpp"
#include "search/individual.hpp"

namespace exogene {

/// Everything a search has made so far: what the next generation depends on.
class Lineage {
 public:
  explicit Lineage(Objectives objectives) : objectives_(std::move(objectives)) {}

  /// The id of the first individual with that genome, or -1.
  [[nodiscard]] std::int64_t find(const Hash& genome) const;
  [[nodiscard]] const Individual& operator[](std::int64_t id) const {
    return individuals_[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(individuals_.size()); }
  [[nodiscard]] const std::vector<std::int64_t>& population() const { return population_; }  ///< ids, best first
  [[nodiscard]] const std::vector<std::int64_t>& front() const { return front_; }            ///< of the last generation
  [[nodiscard]] std::uint32_t generations() const { return generations_; }
  [[nodiscard]] std::size_t genomes() const { return first_.size(); }         ///< different ones
  [[nodiscard]] std::uint64_t instructions() const { return instructions_; }  ///< of all programs that ran to their end
  [[nodiscard]] std::size_t timeouts() const { return timeouts_; }            ///< of programs
  [[nodiscard]] double seconds() const { return seconds_; }                   ///< of wall clock, of all generations
  [[nodiscard]] std::uint32_t barren() const { return barren_; }  ///< last generations in a row without a new genome

  /// Ids of these and of the ones to be born from `born`, best first.
  [[nodiscard]] std::vector<std::int64_t> ranked(std::vector<std::int64_t> living,
                                                 const std::vector<Individual>& born) const;

  /// Takes in a generation; its individuals must have the ids from size() on.
  void add(const Generation& generation);

 private:
  Objectives objectives_;
  std::vector<Individual> individuals_;  ///< by id
  std::map<Hash, std::int64_t> first_;   ///< by genome
  std::vector<std::int64_t> population_;
  std::vector<std::int64_t> front_;
  std::uint32_t generations_ = 0;
  std::set<Hash> programs_;  ///< hashes of C: the same C is simulated once
  std::uint64_t instructions_ = 0;
  std::size_t timeouts_ = 0;
  double seconds_ = 0;
  std::uint32_t barren_ = 0;
};

}  // namespace exogene

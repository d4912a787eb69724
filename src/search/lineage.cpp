#include "search/lineage.hpp"

#include <algorithm>

namespace exogene {

std::int64_t Lineage::find(const Hash& genome) const {
  const auto found = first_.find(genome);
  return found == first_.end() ? -1 : found->second;
}

std::vector<std::int64_t> Lineage::ranked(std::vector<std::int64_t> living, const std::vector<Individual>& born) const {
  const auto at = [&](std::int64_t id) -> const Individual& {
    return id < size() ? (*this)[id] : born[static_cast<std::size_t>(id - size())];
  };
  for (const auto& individual : born) living.push_back(individual.id);
  std::ranges::sort(living, [&](std::int64_t a, std::int64_t b) { return is_better(at(a), at(b), objectives_); });
  return living;
}

void Lineage::add(const Generation& generation) {
  static const auto instructions = objectives({"instructions"})[0];
  const auto known = first_.size();
  for (const auto& individual : generation.born) {
    first_.try_emplace(individual.hash, individual.id);
    individuals_.push_back(individual);
    const auto& evaluation = individual.evaluation;
    if (evaluation.c_hash == Hash{} || !programs_.insert(evaluation.c_hash).second) continue;
    if (evaluation.status == Status::timeout) ++timeouts_;
    if (evaluation.status == Status::ok) instructions_ += evaluation.metrics[instructions];
    for (const auto& metrics : evaluation.cases) instructions_ += metrics[instructions];
  }
  population_ = generation.population;
  front_ = generation.front;
  ++generations_;
  seconds_ += generation.seconds;
  barren_ = first_.size() == known ? barren_ + 1 : 0;
}

}  // namespace exogene

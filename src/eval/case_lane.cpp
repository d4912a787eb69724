#include "eval/case_lane.hpp"

#include <fmt/format.h>

namespace exogene {

CaseLane::CaseLane(const std::vector<Task>& tasks, std::deque<ResultCache>& caches) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    names_.push_back(fmt::format("{} on {}", tasks[i].kernel.name, tasks[i].accelerator.name));
    lanes_.push_back(std::make_unique<Lane>(tasks[i], caches[i]));
  }
}

Evaluation CaseLane::evaluate(std::span<const Gene> genes) {
  auto result = lanes_.front()->evaluate(genes);
  for (std::size_t i = 1; i < lanes_.size() && result.status == Status::ok; ++i) {
    auto other = lanes_[i]->evaluate(genes);
    result.reproducible = result.reproducible && other.reproducible;
    result.seconds.decode += other.seconds.decode;
    result.seconds.compile += other.seconds.compile;
    result.seconds.simulate += other.seconds.simulate;
    if (other.status == Status::ok) {
      result.cases.push_back(std::move(other.metrics));
      continue;
    }
    result.status = other.status;
    result.reason = fmt::format("{}: {}", names_[i], other.reason);
    result.failed_gene = other.failed_gene;
    result.metrics.clear();
    result.cases.clear();
  }
  return result;
}

Evaluation CaseLane::prove(std::span<const Gene> genes) {
  auto result = lanes_.front()->prove(genes);
  for (std::size_t i = 1; i < lanes_.size() && result.status == Status::ok; ++i) {
    auto other = lanes_[i]->prove(genes);
    if (other.status == Status::ok) continue;
    other.reason = fmt::format("{}: {}", names_[i], other.reason);
    other.c_hash = result.c_hash;
    result = std::move(other);
  }
  return result;
}

std::map<std::string, std::string> CaseLane::versions() {
  auto result = lanes_.front()->versions();
  for (std::size_t i = 1; i < lanes_.size(); ++i)
    for (const auto& [tool, version] : lanes_[i]->versions())
      if (const auto known = result.find(tool); known == result.end() || known->second != version)
        result[fmt::format("{} of {}", tool, names_[i])] = version;
  return result;
}

}  // namespace exogene

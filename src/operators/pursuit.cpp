#include "operators/pursuit.hpp"

#include <algorithm>

namespace exogene {
namespace {

constexpr double adaptation = 0.8;  // of the estimates to a reward: alpha
constexpr double learning = 0.2;    // of the probabilities: beta; a step is a generation of rewards, not one

}  // namespace

Pursuit::Pursuit(const std::vector<double>& probabilities)
    : probabilities_(probabilities), estimates_(probabilities.size(), 0.0) {
  // What lies above the floor is shared as before.
  double above = 0;
  for (const auto probability : probabilities_) above += std::max(0.0, probability - floor());
  for (auto& probability : probabilities_) probability = floor() + 0.5 * std::max(0.0, probability - floor()) / above;
}

void Pursuit::reward(const std::vector<std::optional<double>>& rewards) {
  for (std::size_t i = 0; i < estimates_.size(); ++i)
    if (rewards[i]) estimates_[i] += adaptation * (*rewards[i] - estimates_[i]);
  const auto leader = std::ranges::max_element(estimates_);
  if (*leader <= 0) return;
  const auto most = 1 - static_cast<double>(probabilities_.size() - 1) * floor();
  for (std::size_t i = 0; i < probabilities_.size(); ++i) {
    const bool leads = static_cast<std::ptrdiff_t>(i) == leader - estimates_.begin();
    probabilities_[i] += learning * ((leads ? most : floor()) - probabilities_[i]);
  }
}

}  // namespace exogene

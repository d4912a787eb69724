#include "operators/random.hpp"

#include <Random123/philox.h>

#include <stdexcept>

namespace exogene {

Random::Random(const Stream& stream)
    : key_{static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32U)},
      counter_{0, stream.slot, stream.generation, stream.island << 16U | stream.purpose} {
  if (stream.island > 0xFFFF || stream.purpose > 0xFFFF)
    throw std::invalid_argument("island and purpose of a random stream are below 65536");
}

std::uint32_t Random::next() {
  if (used_ == block_.size()) {
    const r123::Philox4x32_R<10>::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const r123::Philox4x32_R<10>::key_type key{{key_[0], key_[1]}};
    const auto block = r123::Philox4x32_R<10>{}(counter, key);
    for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = block[i];
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

std::uint64_t Random::next_64() {
  const std::uint64_t high = next();
  return high << 32U | next();
}

std::uint64_t Random::below(std::uint64_t n) {
  const auto uneven = (0 - n) % n;  // 2^64 mod n: that many values are too many for equal shares
  for (;;) {
    const auto value = next_64();
    if (value >= uneven) return value % n;
  }
}

double Random::fraction() {
  return static_cast<double>(next_64() >> 11U) * 0x1p-53;
}

bool Random::chance(double p) {
  return fraction() < p;
}

std::size_t Random::weighted(const std::vector<double>& weights) {
  double sum = 0;
  for (const auto weight : weights) sum += weight;
  auto left = fraction() * sum;
  std::size_t last = 0;  // of those with a weight: rounding may leave a little over
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    if (left < weights[i]) return i;
    left -= weights[i];
    last = i;
  }
  return last;
}

}  // namespace exogene

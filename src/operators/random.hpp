#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace exogene {

/// Names one independent sequence of random numbers.
struct Stream {
  std::uint64_t seed = 0;
  std::uint32_t island = 0;  ///< below 65536
  std::uint32_t generation = 0;
  std::uint32_t slot = 0;
  std::uint32_t purpose = 0;  ///< below 65536
};

/// The random numbers of one stream, the same on every machine and in every thread: Philox4x32 with 10 rounds of
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// The key is the seed; the counter is {block of four numbers, slot, generation, island << 16 | purpose}.
class Random {
 public:
  /// Throws std::invalid_argument when island or purpose is 65536 or more: streams would share numbers.
  explicit Random(const Stream& stream);

  /// The next 32 random bits.
  std::uint32_t next();

  /// Uniform in 0..n-1, without bias; n is at least 1.
  std::uint64_t below(std::uint64_t n);

  /// True with probability p.
  bool chance(double p);

  /// An index, drawn in proportion to its weight; weights are 0 or more, and one is above 0.
  std::size_t weighted(const std::vector<double>& weights);

  /// A uniformly drawn item; there is at least one.
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(below(items.size()))];
  }

  /// Puts the items in a uniformly drawn order.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (auto n = items.size(); n > 1; --n) std::swap(items[n - 1], items[static_cast<std::size_t>(below(n))]);
  }

 private:
  std::uint64_t next_64();
  double fraction();  ///< uniform in [0, 1), of 53 bits

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;  ///< numbers of the block that are spent
};

}  // namespace exogene

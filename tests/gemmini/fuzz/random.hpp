#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace exogene::gemmini::fuzz {

/// Random numbers that are the same on every machine: the engine is standardised, distributions are not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t word() { return engine_(); }
  std::uint32_t below(std::uint64_t end) { return static_cast<std::uint32_t>(engine_() % end); }
  std::uint32_t from(std::uint32_t least, std::uint32_t most) { return least + below(std::uint64_t{most} - least + 1); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  /// From 1 to `most`, which is at least 1, often one of the ends.
  std::uint32_t size(std::uint32_t most) {
    const std::uint32_t choice = below(6);
    return choice < 2 ? most : choice == 2 ? 1 : from(1, most);
  }
  /// From 0 to `last`, often one of the ends.
  std::uint32_t place(std::uint32_t last) { return size(last + 1) - 1; }
  template <class T>
  T pick(std::initializer_list<T> items) {
    return items.begin()[below(items.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace exogene::gemmini::fuzz

#pragma once

#include <array>
#include <cstdint>

#include "gemmini/facts.hpp"

namespace exogene::gemmini {

/// The eight event counters of the COUNTER command. An event is a number below 64 in one of two lists, that of the
/// accelerator's units or the external one. The model knows two: external 4 and 5, the bytes that DMA read and wrote. A
/// counter of any other stands still.
class Counters {
 public:
  void add(const Facts& facts);
  /// Carries out one COUNTER command and returns what it reads: the 32 bits of the counter that it names, as they are
  /// or, while a snapshot is held, as they were when it was taken.
  std::uint64_t execute(const CounterRequest& request);

 private:
  struct Counter {
    bool external = false;
    std::uint32_t event = 0;
    std::uint64_t start = 0;  ///< count of the event when the counter was 0
    std::uint64_t snapshot = 0;
  };
  std::uint64_t events(const Counter& counter) const;

  std::array<Counter, 8> counters_;
  bool frozen_ = false;
  std::uint64_t read_bytes_ = 0, written_bytes_ = 0;
};

}  // namespace exogene::gemmini

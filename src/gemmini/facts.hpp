#pragma once

#include <cstdint>
#include <string>

#include "gemmini/isa.hpp"

namespace exogene::gemmini {

/// Rows [first, end) of a local memory. Empty when first == end.
struct LocalRange {
  bool accumulator = false;
  std::uint32_t first = 0, end = 0;
};

/// What one executed command did, with everything resolved: what counts and timing are made from.
struct Facts {
  Kind kind = Kind::fence;
  bool from_loop = false;                 ///< sent by a hardware loop, not by the program
  bool keeps_weights = false;             ///< preload without new weights
  bool accumulates = false;               ///< preload: the result is added to C
  std::uint32_t rows = 0, cols = 0;       ///< transfer: of the tile (pooled: of the result); compute: of A
  LocalRange writes;                      ///< load: destination; preload: C
  LocalRange reads[2];                    ///< store: source; preload: B (WS) or D (OS); compute: A and D (WS) or B (OS)
  std::uint64_t address = 0, stride = 0;  ///< transfer: memory address (0 = zeros) and bytes from row to row
  std::uint64_t row_bytes = 0;            ///< transfer: contiguous bytes of a row, 0 for zeros and what is not stored
  std::uint64_t requests = 0;             ///< transfer: DMA requests
  std::uint64_t macs = 0;
};

enum class Outcome : std::uint8_t {
  done,
  invalid,  ///< the hardware would fail
  fault,    ///< a DMA access outside memory
  illegal,  ///< no such instruction: the hardware traps
};

struct Step {
  Outcome outcome = Outcome::done;
  std::string reason;  ///< empty when done
  Facts facts;
  std::uint64_t value = 0;  ///< what goes to rd (COUNTER)
};

inline Step done(const Facts& facts) {
  return {.outcome = Outcome::done, .reason = {}, .facts = facts};
}
inline Step invalid(std::string reason) {
  return {.outcome = Outcome::invalid, .reason = static_cast<std::string&&>(reason), .facts = {}};
}

inline LocalRange local_range(bool accumulator, std::uint32_t first, std::uint32_t rows) {
  return {.accumulator = accumulator, .first = first, .end = first + rows};
}

}  // namespace exogene::gemmini

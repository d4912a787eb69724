#pragma once

#include <riscv/processor.h>

#include <cstdint>
#include <cstring>
#include <optional>

namespace exogene::gemmini {

/// Notices that a processor goes round in circles for ever: it is at an instruction for the second time with the same
/// registers, and in between nothing happened that could change its way.
class Circles {
 public:
  /// It stores, reads a counter, or commands the accelerator.
  void something_happened() {
    turn_ = patience;
    left_ = turn_;
    seen_.reset();
  }

  /// It is about to execute the instruction at `pc`. True: it has been there before.
  bool closed(std::uint64_t pc, const state_t& state) {
    if (seen_ && seen_->pc == pc && same(seen_->integers, state.XPR) && same(seen_->floats, state.FPR)) return true;
    if (--left_ > 0) return false;
    turn_ *= 2;  // the circle may be longer than the last turn
    left_ = turn_;
    seen_ = Seen{pc, state.XPR, state.FPR};
    return false;
  }

 private:
  static constexpr std::uint64_t patience = 1000;  // instructions until the first look, which takes time

  struct Seen {
    std::uint64_t pc;
    decltype(state_t::XPR) integers;
    decltype(state_t::FPR) floats;
  };
  template <class Registers>
  static bool same(const Registers& a, const Registers& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
  }

  std::uint64_t turn_ = patience, left_ = patience;
  std::optional<Seen> seen_;
};

}  // namespace exogene::gemmini

#include "gemmini/timing/clock.hpp"

#include <optional>

namespace exogene::gemmini {
namespace {

std::optional<Queue> queue_of(Kind kind) {
  switch (kind) {
    case Kind::config_ld:
    case Kind::mvin:
    case Kind::mvin2:
    case Kind::mvin3:
      return Queue::load;
    case Kind::config_st:
    case Kind::config_norm:
    case Kind::mvout:
      return Queue::store;
    case Kind::config_ex:
    case Kind::preload:
    case Kind::compute_preloaded:
    case Kind::compute_accumulated:
      return Queue::execute;
    default:
      return {};
  }
}

}  // namespace

void Clock::send_loop() {
  host_.loop(loop_);
  loop_.clear();
}

void Clock::command(const Facts& facts) {
  if (!facts.from_loop) end_loop();
  const auto queue = queue_of(facts.kind);
  if (!queue) return;  // the front end takes it
  const TimedCommand command{.facts = facts, .queue = *queue};
  if (facts.from_loop) {
    loop_.push_back(command);
  } else {
    host_.command(command);
  }
}

}  // namespace exogene::gemmini

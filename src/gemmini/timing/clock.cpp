#include "gemmini/timing/clock.hpp"

namespace exogene::gemmini {

void Clock::send_loop() {
  host_.loop(loop_);
  loop_.clear();
}

void Clock::command(const Facts& facts) {
  if (!facts.from_loop) end_loop();
  TimedCommand command;
  command.facts = facts;
  switch (facts.kind) {
    case Kind::config_ld:
    case Kind::mvin:
    case Kind::mvin2:
    case Kind::mvin3:
      command.queue = Queue::load;
      break;
    case Kind::config_st:
    case Kind::config_norm:
    case Kind::mvout:
      command.queue = Queue::store;
      break;
    case Kind::config_ex:
    case Kind::preload:
    case Kind::compute_preloaded:
    case Kind::compute_accumulated:
      command.queue = Queue::execute;
      break;
    default:
      return;  // the front end takes it
  }
  if (facts.from_loop) {
    loop_.push_back(command);
  } else {
    host_.command(command);
  }
}

}  // namespace exogene::gemmini

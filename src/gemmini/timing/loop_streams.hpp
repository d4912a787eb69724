#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "gemmini/timing/command.hpp"

namespace exogene::gemmini {

/// The commands of one hardware loop. Its machines make loads, executions and stores independently of each other: an
/// execution follows the loads that it needs, a store the executions.
class LoopStreams {
 public:
  /// `commands` in program order.
  explicit LoopStreams(const std::vector<TimedCommand>& commands);

  /// The next command of a queue, or null when there is none, or what it needs has not been taken yet.
  const TimedCommand* next(Queue queue) const;
  TimedCommand take(Queue queue);
  bool empty(Queue queue) const { return stream(queue).commands.empty(); }
  bool empty() const { return empty(Queue::load) && empty(Queue::execute) && empty(Queue::store); }

 private:
  struct Stream {
    std::deque<TimedCommand> commands;
    std::deque<std::size_t> needs;  ///< commands of the stream before that each comes after
    std::size_t taken = 0;
  };

  Stream& stream(Queue queue) { return streams_[static_cast<std::size_t>(queue)]; }
  const Stream& stream(Queue queue) const { return streams_[static_cast<std::size_t>(queue)]; }

  Stream streams_[3];
};

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "gemmini/timing/command.hpp"

namespace exogene::gemmini {

/// The commands of one hardware loop. Its machines make loads, executions and stores independently of each other, but an
/// execution follows the loads into rows that it uses, and a store the loads and executions that make what it stores.
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
  /// How many of the loop's loads and executions a command comes after.
  struct Needs {
    std::size_t loads = 0, executions = 0;
  };
  struct Stream {
    std::deque<TimedCommand> commands;
    std::deque<Needs> needs;
    std::size_t taken = 0;
  };

  std::size_t add(Queue queue, const TimedCommand& command, const Needs& needs);
  Stream& stream(Queue queue) { return streams_[static_cast<std::size_t>(queue)]; }
  const Stream& stream(Queue queue) const { return streams_[static_cast<std::size_t>(queue)]; }

  Stream streams_[3];
};

}  // namespace exogene::gemmini

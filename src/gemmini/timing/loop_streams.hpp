#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "gemmini/timing/command.hpp"

namespace exogene::gemmini {

/// A number for each row of the local memories, 0 at first.
class RowNumbers {
 public:
  void set(const LocalRange& range, std::size_t number) {
    if (range.first == range.end) return;
    auto& rows = rows_[range.accumulator ? 1 : 0];
    if (rows.size() < range.end) rows.resize(range.end);
    std::fill(rows.begin() + range.first, rows.begin() + range.end, number);
  }
  /// Calls `use` with the numbers of the rows, once for several behind each other that have the same, not with 0.
  template <class Use>
  void tell(const LocalRange& range, Use use) const {
    const auto& rows = rows_[range.accumulator ? 1 : 0];
    std::size_t last = 0;
    for (std::size_t row = range.first; row < range.end && row < rows.size(); ++row)
      if (rows[row] != std::exchange(last, rows[row]) && last != 0) use(last);
  }

 private:
  std::vector<std::size_t> rows_[2];  ///< of scratchpad and accumulator, as far as they were set
};

/// The commands of one hardware loop. Its machines make loads, executions and stores independently of each other, but
/// what uses rows follows the loads and executions that make them, and a load the executions whose rows it replaces.
class LoopStreams {
 public:
  /// `commands` in program order; the loop `before`, if it is still under way.
  LoopStreams(const std::vector<TimedCommand>& commands, const LoopStreams* before);

  /// Whether it uses rows that must be left to the loop before, and so cannot begin while that one is under way.
  bool waits() const { return waits_; }

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
  RowNumbers used_;    ///< after how many executions a row is not used by them any more
  RowNumbers stored_;  ///< 1 for rows that stores read
  RowNumbers spare_;   ///< 1 for rows of loads that no execution of the loop needs
  bool waits_ = false;
};

}  // namespace exogene::gemmini

#include "gemmini/timing/loop_streams.hpp"

#include <algorithm>
#include <initializer_list>

namespace exogene::gemmini {

LoopStreams::LoopStreams(const std::vector<TimedCommand>& commands, const LoopStreams* before) {
  struct Load {
    const TimedCommand* command;
    Needs needs;
    std::vector<std::size_t> behind;  ///< earlier loads into the same rows
    std::size_t place = 0;            ///< in the stream, from 1 on; 0: it has none yet
  };
  std::vector<Load> loads;
  RowNumbers loader;  // which load, from 1 on, was the last one into a row
  RowNumbers writer;  // after how many executions a row of the result is there
  // Loads come in the order in which the others need them.
  std::vector<std::size_t> wanted;
  const auto place = [&](std::size_t number) {
    for (wanted.push_back(number); !wanted.empty();) {
      Load& load = loads[wanted.back() - 1];
      if (load.place == 0 && !load.behind.empty()) {
        wanted.insert(wanted.end(), load.behind.rbegin(), load.behind.rend());
        load.behind.clear();
        continue;
      }
      if (load.place == 0) load.place = add(Queue::load, *load.command, load.needs);
      wanted.pop_back();
    }
    return loads[number - 1].place;
  };
  for (const auto& command : commands) {
    const Facts& facts = command.facts;
    if (before != nullptr) {
      const auto wait = [&](std::size_t) { waits_ = true; };
      if (command.queue == Queue::load) before->used_.tell(facts.writes, wait);
      before->stored_.tell(facts.writes, wait);
      if (command.queue != Queue::load)
        for (const LocalRange& range : {facts.writes, facts.reads[0], facts.reads[1]}) before->spare_.tell(range, wait);
    }
    Needs needs;
    const auto after = [&](std::size_t number) { needs.executions = std::max(needs.executions, number); };
    if (command.queue == Queue::load) {
      used_.tell(facts.writes, after);
      loads.push_back({.command = &command, .needs = needs, .behind = {}});
      loader.tell(facts.writes, [&](std::size_t number) { loads.back().behind.push_back(number); });
      loader.set(facts.writes, loads.size());
      continue;
    }
    const auto ranges = {facts.writes, facts.reads[0], facts.reads[1]};
    for (const LocalRange& range : ranges)
      loader.tell(range, [&](std::size_t number) { needs.loads = std::max(needs.loads, place(number)); });
    if (command.queue == Queue::store) {
      writer.tell(facts.reads[0], after);
      stored_.set(facts.reads[0], 1);
      add(command.queue, command, needs);
      continue;
    }
    // A preload is done with when its compute is, which comes next.
    const std::size_t last = add(command.queue, command, needs) + (facts.kind == Kind::preload ? 1 : 0);
    writer.set(facts.writes, last);
    for (const LocalRange& range : ranges) used_.set(range, last);
  }
  std::size_t needed = 0;
  for (const Needs& needs : stream(Queue::execute).needs) needed = std::max(needed, needs.loads);
  for (std::size_t number = 1; number <= loads.size(); ++number)
    if (place(number) > needed) spare_.set(loads[number - 1].command->facts.writes, 1);
}

// The place of the command, from 1 on.
std::size_t LoopStreams::add(Queue queue, const TimedCommand& command, const Needs& needs) {
  stream(queue).commands.push_back(command);
  stream(queue).needs.push_back(needs);
  return stream(queue).commands.size();
}

const TimedCommand* LoopStreams::next(Queue queue) const {
  const Stream& mine = stream(queue);
  if (mine.commands.empty()) return nullptr;
  const Needs& needs = mine.needs.front();
  if (stream(Queue::load).taken < needs.loads || stream(Queue::execute).taken < needs.executions) return nullptr;
  return &mine.commands.front();
}

TimedCommand LoopStreams::take(Queue queue) {
  Stream& mine = stream(queue);
  TimedCommand command = mine.commands.front();
  mine.commands.pop_front();
  mine.needs.pop_front();
  ++mine.taken;
  return command;
}

}  // namespace exogene::gemmini

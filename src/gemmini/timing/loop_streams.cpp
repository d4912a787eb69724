#include "gemmini/timing/loop_streams.hpp"

#include <algorithm>
#include <map>

namespace exogene::gemmini {
namespace {

using Cell = std::pair<bool, std::uint32_t>;  ///< accumulator?, block of 16 rows: fine enough for what a loop moves

void cells(const LocalRange& range, std::vector<Cell>& into) {
  if (range.first == range.end) return;
  for (std::uint32_t cell = range.first / 16; cell <= (range.end - 1) / 16; ++cell)
    into.emplace_back(range.accumulator, cell);
}

std::vector<Cell> read_by(const Facts& facts) {
  std::vector<Cell> result;
  for (const auto& range : facts.reads) cells(range, result);
  if (facts.accumulates) cells(facts.writes, result);
  return result;
}

std::vector<Cell> written_by(const Facts& facts) {
  std::vector<Cell> result;
  cells(facts.writes, result);
  return result;
}

}  // namespace

LoopStreams::LoopStreams(const std::vector<TimedCommand>& commands) {
  std::map<Cell, std::size_t> loader;  // which load fills a cell
  std::vector<TimedCommand> loads;
  for (const auto& command : commands)
    if (command.queue == Queue::load) {
      for (const auto& cell : written_by(command.facts)) loader[cell] = loads.size();
      loads.push_back(command);
    }
  // Loads come in the order in which executions need them.
  std::vector<std::size_t> place(loads.size(), loads.size());
  std::vector<std::size_t> order;
  const auto append = [&](std::size_t load) {
    if (place[load] != loads.size()) return;
    place[load] = order.size();
    order.push_back(load);
  };
  std::map<Cell, std::size_t> writer;  // after how many executions a cell of the result is there
  for (const auto& command : commands) {
    if (command.queue != Queue::execute) continue;
    auto& execute = stream(Queue::execute);
    for (const auto& cell : read_by(command.facts))
      if (const auto found = loader.find(cell); found != loader.end()) append(found->second);
    execute.needs.push_back(order.size());
    execute.commands.push_back(command);
    for (const auto& cell : written_by(command.facts)) writer[cell] = execute.commands.size() + 1;
  }
  for (std::size_t load = 0; load < loads.size(); ++load) append(load);
  for (const auto load : order) {
    stream(Queue::load).commands.push_back(loads[load]);
    stream(Queue::load).needs.push_back(0);
  }
  for (const auto& command : commands) {
    if (command.queue != Queue::store) continue;
    std::size_t needs = 0;
    for (const auto& cell : read_by(command.facts))
      if (const auto found = writer.find(cell); found != writer.end()) needs = std::max(needs, found->second);
    stream(Queue::store).commands.push_back(command);
    stream(Queue::store).needs.push_back(std::min(needs, stream(Queue::execute).commands.size()));
  }
}

const TimedCommand* LoopStreams::next(Queue queue) const {
  const Stream& mine = stream(queue);
  if (mine.commands.empty()) return nullptr;
  const std::size_t before = queue == Queue::execute ? stream(Queue::load).taken
                             : queue == Queue::store ? stream(Queue::execute).taken
                                                     : 0;
  return before >= mine.needs.front() ? &mine.commands.front() : nullptr;
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

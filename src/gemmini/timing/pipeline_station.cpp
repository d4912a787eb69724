// The front end and the reservation station.
#include <algorithm>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {
namespace {

bool overlap(const LocalRange& a, const LocalRange& b) {
  return a.accumulator == b.accumulator && a.first < b.end && b.first < a.end;
}

bool configures(const TimedCommand& command) {
  const Kind kind = command.facts.kind;
  return kind == Kind::config_ld || kind == Kind::config_st || kind == Kind::config_norm;
}

}  // namespace

// From `time` on, when an entry of the queue is free.
std::uint64_t Pipeline::entry_time(Queue kind, std::uint64_t time) const {
  const Entries& queue = entries(kind);
  std::size_t taken = 0;
  std::uint64_t free = never;
  for (const Live& live : queue.live)
    if (live.complete >= time) {
      ++taken;
      free = std::min(free, live.complete);
    }
  if (taken < queue.capacity) return time;
  return free == never ? never : std::max(time, free + 1);
}

// The next command of the hardware loops under way: which loop, which queue, and when.
Pipeline::LoopChoice Pipeline::loop_choice() const {
  LoopChoice best;
  for (std::size_t i = 0; i < loops_.size() && i < 2; ++i) {
    const std::uint64_t time = std::max(loops_[i].arrive + parameters_.loop_latency, last_alloc_ + 1);
    for (const auto queue : {Queue::store, Queue::execute, Queue::load}) {
      if (i == 1 && (front_.size() < 2 || front_[1] != never || !loops_[0].streams.empty(queue))) continue;
      if (loops_[i].streams.next(queue) == nullptr) continue;
      const std::uint64_t when = entry_time(queue, time);
      if (when < best.time) best = {.time = when, .loop = i, .queue = queue};
    }
  }
  return best;
}

std::uint64_t Pipeline::alloc_time() const {
  if (front_.empty()) return never;
  if (front_.front() == never) return loop_choice().time;
  const TimedCommand& command = at(front_.front());
  return entry_time(command.queue, std::max(command.arrive + parameters_.front_latency, last_alloc_ + 1));
}

void Pipeline::alloc(std::uint64_t time) {
  if (front_.front() == never) {
    const LoopChoice choice = loop_choice();
    TimedCommand made = loops_[choice.loop].streams.take(choice.queue);
    made.arrive = loops_[choice.loop].arrive;
    remember(made);
    if (loops_.front().streams.empty()) {
      loops_.pop_front();
      front_.pop_front();
    }
    enter(made.number, time);
    return;
  }
  const std::uint64_t number = front_.front();
  front_.pop_front();
  if (TimedCommand& command = at(number);
      time > std::max(command.arrive + parameters_.front_latency, last_alloc_ + 1)) {
    front_waits_ = command.queue == Queue::load    ? Spent::dma
                   : command.queue == Queue::store ? Spent::stores
                                                   : Spent::host;
    command.waited = front_waits_;
  }
  enter(number, time);
}

// A command waits for an older one of another queue that writes what it uses, or uses what it writes.
bool Pipeline::conflict(const Live& young, const Live& old) {
  const auto meets = [](const LocalRange& range, const Live& live) {
    return overlap(range, live.reads[0]) || overlap(range, live.reads[1]);
  };
  return overlap(young.writes, old.writes) || meets(young.writes, old) || meets(old.writes, young);
}

void Pipeline::enter(std::uint64_t number, std::uint64_t time) {
  TimedCommand& command = at(number);
  command.alloc = last_alloc_ = time;
  const Live young{.number = number,
                   .configures = configures(command),
                   .writes = command.facts.writes,
                   .reads = {command.facts.reads[0], command.facts.reads[1]}};
  auto& count = dependency_counts_[number % window];
  count = 0;
  for (auto& queue : entries_) {
    std::erase_if(queue.live, [time](const Live& old) { return old.complete < time; });
    const bool same = &queue == &entries(command.queue);
    if (young.configures || (same && command.queue != Queue::store)) continue;
    for (const Live& old : queue.live)
      if (!old.configures && (same || conflict(young, old)))
        dependencies_[number % window][count++] = static_cast<std::uint16_t>(number - old.number);
  }
  Entries& mine = entries(command.queue);
  mine.live.push_back(young);
  mine.unissued.push_back(number);
  if (mine.unissued.size() == 1) touch({issue_event(command.queue)});
}

std::uint64_t Pipeline::after_dependencies(const TimedCommand& command) const {
  std::uint64_t time = 0;
  const std::size_t slot = command.number % window;
  for (std::size_t i = 0; i < dependency_counts_[slot]; ++i) {
    const std::uint64_t number = command.number - dependencies_[slot][i];
    const TimedCommand& old = at(number);
    if (old.number != number) continue;  // long gone
    if (old.complete == never) return never;
    time = std::max(time, old.complete + 1);
  }
  return time;
}

std::uint64_t Pipeline::issue_time(Queue queue) const {
  const Entries& mine = entries(queue);
  if (mine.unissued.empty()) return never;
  const TimedCommand& command = at(mine.unissued.front());
  const std::uint64_t ready = after_dependencies(command);
  if (ready == never) return never;
  std::uint64_t time = std::max({command.alloc + 1, mine.last_issue + 1, ready});
  if (queue == Queue::execute && issued_executes_ >= parameters_.execute_commands) {
    const std::uint64_t ordinal = issued_executes_ - parameters_.execute_commands;
    if (pop_time(ordinal) == never) return never;
    time = std::max(time, pop_time(ordinal) + 1);
  }
  return time;
}

// What kept the command from issuing before.
Spent Pipeline::reason(const TimedCommand& command, Queue queue, std::uint64_t issued) const {
  const std::size_t slot = command.number % window;
  for (std::size_t i = 0; i < dependency_counts_[slot]; ++i) {
    const std::uint64_t number = command.number - dependencies_[slot][i];
    const TimedCommand& old = at(number);
    if (old.number != number || old.complete + 1 < issued) continue;
    if (old.queue == Queue::load) return Spent::dma;
    if (old.queue == Queue::store) return Spent::stores;
  }
  if (queue != Queue::execute) return Spent::host;
  return command.waited;
}

void Pipeline::account(Spent spent, std::uint64_t until) {
  if (until <= accounted_) return;
  breakdown_[spent] += until - accounted_;
  accounted_ = until;
}

const Breakdown& Pipeline::breakdown(std::uint64_t time) {
  account(Spent::stores, time);
  return breakdown_;
}

void Pipeline::issue(Queue queue, std::uint64_t time) {
  Entries& mine = entries(queue);
  TimedCommand& command = at(mine.unissued.front());
  command.waited = reason(command, queue, time);
  mine.unissued.pop_front();
  command.issue = mine.last_issue = time;
  if (configures(command)) {
    finish(command, time);
    return;
  }
  switch (queue) {
    case Queue::load:
      loads_.push_back(command.number);
      break;
    case Queue::execute:
      pops_[issued_executes_++ % window] = never;
      executes_.push_back(command.number);
      break;
    case Queue::store:
      stores_.push_back(command.number);
      break;
  }
}

void Pipeline::finish(TimedCommand& command, std::uint64_t time) {
  command.complete = time;
  for (Live& live : entries(command.queue).live)
    if (live.number == command.number) live.complete = time;
  if (!front_.empty() && (front_.front() == never || at(front_.front()).queue == command.queue)) touch({Event::alloc});
  for (const auto queue : {Queue::load, Queue::execute, Queue::store}) unblock(issue_event(queue));
  if (completed) completed(command);
}

}  // namespace exogene::gemmini

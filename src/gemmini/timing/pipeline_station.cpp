// The front end and the reservation station.
#include <algorithm>
#include <bit>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {
namespace {

bool configures(const TimedCommand& command) {
  const Kind kind = command.facts.kind;
  return kind == Kind::config_ld || kind == Kind::config_st || kind == Kind::config_norm;
}

bool is_loop(const TimedCommand& command) {
  return command.facts.kind == Kind::loop_ws;
}

}  // namespace

// From `time` on, when a place of the queue is free.
std::uint64_t Pipeline::entry_time(Queue queue, std::uint64_t time) const {
  const Places& mine = places(queue);
  if (completes_[mine.next] < time) return time;  // most often the oldest command is done first
  std::uint64_t free = never;
  for (std::uint32_t known = known_ & mine.mask; known != 0; known &= known - 1)
    free = std::min(free, completes_[static_cast<std::size_t>(std::countr_zero(known))]);
  return free < time ? time : free == never ? never : free + 1;
}

// The next command of the hardware loops under way: which loop, which queue, and when.
Pipeline::LoopChoice Pipeline::loop_choice() const {
  LoopChoice best;
  const bool two = loops_.size() > 1 && front_.size() > 1 && is_loop(front_[1]) && !loops_[1].streams.waits();
  for (std::size_t i = 0; i < (two ? 2 : 1); ++i) {
    const std::uint64_t time = std::max(loops_[i].arrive + parameters_.loop_latency, last_alloc_ + 1);
    for (const auto queue : {Queue::store, Queue::execute, Queue::load}) {
      if (i == 1 && !loops_[0].streams.empty(queue)) continue;
      if (loops_[i].streams.next(queue) == nullptr) continue;
      const std::uint64_t when = entry_time(queue, time);
      if (when < best.time) best = {.time = when, .loop = i, .queue = queue};
    }
  }
  return best;
}

std::uint64_t Pipeline::alloc_time() const {
  if (front_.empty()) return never;
  const TimedCommand& command = front_.front();
  if (is_loop(command)) return loop_choice().time;
  return entry_time(command.queue, std::max(command.arrive + parameters_.front_latency, last_alloc_ + 1));
}

void Pipeline::alloc(std::uint64_t time) {
  TimedCommand& command = front_.front();
  if (is_loop(command)) {
    const LoopChoice choice = loop_choice();
    TimedCommand made = loops_[choice.loop].streams.take(choice.queue);
    made.arrive = loops_[choice.loop].arrive;
    // The second one may have been done with before the first.
    while (!loops_.empty() && loops_.front().streams.empty()) {
      loops_.pop_front();
      front_.pop_front();
    }
    enter(made, time);
    return;
  }
  if (time > std::max(command.arrive + parameters_.front_latency, last_alloc_ + 1)) {
    front_waits_ = command.queue == Queue::load    ? Spent::dma
                   : command.queue == Queue::store ? Spent::stores
                                                   : Spent::host;
    command.waited = front_waits_;
  }
  enter(command, time);
  front_.pop_front();
}

// A command waits for an older one of another queue that writes what it uses, or uses what it writes; a store for all
// older stores.
bool Pipeline::depends(const Entry& young, const Entry& old) {
  if (young.command.queue == old.command.queue) return young.command.queue == Queue::store;
  const auto& [writes, reads] = young.uses;
  const auto overlap = [](const Rows& a, const Rows& b) {
    return static_cast<unsigned>(a.first < b.end) & static_cast<unsigned>(b.first < a.end);
  };
  return (overlap(writes, old.uses.writes) | overlap(writes, old.uses.reads[0]) | overlap(writes, old.uses.reads[1]) |
          overlap(reads[0], old.uses.writes) | overlap(reads[1], old.uses.writes)) != 0;
}

Pipeline::Uses Pipeline::uses_of(const Facts& facts) {
  const auto rows = [](const LocalRange& range) {
    const std::uint32_t start = range.accumulator ? 1U << 30 : 0;
    return Rows{start + range.first, start + range.end};
  };
  return {.writes = rows(facts.writes), .reads = {rows(facts.reads[0]), rows(facts.reads[1])}};
}

void Pipeline::enter(const TimedCommand& command, std::uint64_t time) {
  Places& mine = places(command.queue);
  std::uint32_t place = mine.next;
  while (completes_[place] >= time) place = place + 1 == mine.end ? mine.first : place + 1;
  mine.next = place + 1 == mine.end ? mine.first : place + 1;
  Entry& young = entries_[place];
  young.command = command;
  young.waiting = young.waits_for = 0;
  young.ready = young.after_loads = young.after_stores = 0;
  young.command.alloc = last_alloc_ = time;
  const std::uint32_t bit = 1U << place;
  known_ &= ~bit;
  busy_ &= ~bit;
  completes_[place] = never;
  if (!configures(command)) {
    young.uses = uses_of(command.facts);
    for (std::uint32_t left = command.queue == Queue::store ? busy_ : busy_ & ~mine.mask; left != 0; left &= left - 1) {
      const auto other = static_cast<Place>(std::countr_zero(left));
      Entry& old = entries_[other];
      if (completes_[other] < time) {
        busy_ &= ~(1U << other);
      } else if (depends(young, old)) {
        if (completes_[other] == never) {
          old.waiting |= bit;
          ++young.waits_for;
        } else {
          settle(young, old.command);
        }
      }
    }
    busy_ |= bit;
  }
  mine.unissued.push_back(static_cast<Place>(place));
  if (mine.unissued.size() == 1) issue_known(command.queue);
}

// A command that `young` has to wait for is known to complete.
void Pipeline::settle(Entry& young, const TimedCommand& old) {
  const std::uint64_t after = old.complete + 1;
  young.ready = std::max(young.ready, after);
  if (old.queue == Queue::load) young.after_loads = std::max(young.after_loads, after);
  if (old.queue == Queue::store) young.after_stores = std::max(young.after_stores, after);
}

// When the next command of the queue issues, if that is known.
std::uint64_t Pipeline::issue_time(Queue queue) const {
  const Places& mine = places(queue);
  if (mine.unissued.empty()) return never;
  const Entry& entry = entries_[mine.unissued.front()];
  if (entry.waits_for != 0) return never;
  std::uint64_t time = std::max({entry.command.alloc + 1, mine.last_issue + 1, entry.ready});
  if (queue == Queue::execute && issued_executes_ >= parameters_.execute_commands) {
    const std::uint64_t pop = pop_time(issued_executes_ - parameters_.execute_commands);
    if (pop == never) return never;
    time = std::max(time, pop + 1);
  }
  return time;
}

// What kept the command from issuing before.
Spent Pipeline::reason(const Entry& entry, Queue queue, std::uint64_t issued) {
  if (entry.after_loads >= issued) return Spent::dma;
  if (entry.after_stores >= issued) return Spent::stores;
  return queue == Queue::execute ? entry.command.waited : Spent::host;
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

// Commands issue as soon as it is known when, though that may be later than now: whatever looks at them looks at that
// time. Loads take their turn among the events, as the requests of the load in front are timed anew when one issues.
void Pipeline::issue_known(Queue queue) {
  if (queue == Queue::load) return unblock(Event::issue_load);
  for (std::uint64_t time = issue_time(queue); time != never; time = issue_time(queue)) issue(queue, time);
}

void Pipeline::issue(Queue queue, std::uint64_t time) {
  Places& mine = places(queue);
  const Place place = mine.unissued.front();
  TimedCommand& command = at(place);
  command.waited = reason(entries_[place], queue, time);
  mine.unissued.pop_front();
  command.issue = mine.last_issue = time;
  if (configures(command)) {
    finish(place, time);
    return;
  }
  switch (queue) {
    case Queue::load:
      loads_.push_back(place);
      break;
    case Queue::execute:
      pops_[issued_executes_++ % pops_.size()] = never;
      executes_.push_back(place);
      if (!pass_.active && executes_.size() <= 2) touch(Event::pass);
      break;
    case Queue::store:
      stores_.push_back(place);
      if (stores_.size() == 1) touch(Event::row);
      break;
  }
}

void Pipeline::finish(Place place, std::uint64_t time) {
  Entry& entry = entries_[place];
  const TimedCommand& command = entry.command;
  entry.command.complete = completes_[place] = time;
  known_ |= 1U << place;
  last_completion_ = std::max(last_completion_, time);
  for (std::uint32_t waiting = entry.waiting; waiting != 0; waiting &= waiting - 1) {
    Entry& young = entries_[static_cast<std::size_t>(std::countr_zero(waiting))];
    settle(young, command);
    if (--young.waits_for == 0) issue_known(young.command.queue);
  }
  if (!front_.empty() && (is_loop(front_.front()) || front_.front().queue == command.queue)) touch(Event::alloc);
  if (completed) completed(command);
}

}  // namespace exogene::gemmini

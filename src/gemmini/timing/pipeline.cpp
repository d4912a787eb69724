#include "gemmini/timing/pipeline.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace exogene::gemmini {

Pipeline::Pipeline(const Accelerator& accelerator, const TimingParameters& parameters, MemorySystem& memory)
    : accelerator_(accelerator),
      bus_bits_(std::countr_zero(accelerator.dma_bus_bytes)),
      parameters_(parameters),
      scratchpad_bank_rows_(accelerator.scratchpad_rows / accelerator.scratchpad_banks),
      accumulator_bank_rows_(accelerator.accumulator_rows / accelerator.accumulator_banks),
      memory_(memory),
      in_flight_(parameters.requests_in_flight),
      load_done_(parameters.loads_in_flight),
      bank_writes_(accelerator.scratchpad_banks),
      bank_sums_(accelerator.accumulator_banks),
      writer_rows_(parameters.store_ahead),
      puts_(parameters.requests_in_flight) {
  entries(Queue::load).capacity = parameters.load_entries;
  entries(Queue::execute).capacity = parameters.execute_entries;
  entries(Queue::store).capacity = parameters.store_entries;
}

std::uint64_t Pipeline::push(TimedCommand command, std::uint64_t time) {
  advance(time);
  while (front_.size() >= parameters_.front_commands) {
    const std::uint64_t before = front_.size();
    while (front_.size() == before) advance(next_event() + 1);
    time = std::max(time, last_alloc_);
    command.waited = front_waits_;
  }
  command.arrive = time;
  remember(command);
  front_.push_back(command.number);
  unblock(Event::alloc);
  return time;
}

void Pipeline::remember(TimedCommand& command) {
  // Only a preload whose compute does not come lives so long that its place is needed.
  if (TimedCommand& old = at(pushed_); pushed_ >= window && old.complete == never) {
    std::erase_if(entries(old.queue).live, [&](const Live& live) { return live.number == old.number; });
    finish(old, last_event_);
  }
  command.number = pushed_++;
  at(command.number) = command;
}

std::uint64_t Pipeline::time_of(Event event) const {
  switch (event) {
    case Event::alloc:
      return alloc_time();
    case Event::issue_execute:
      return issue_time(Queue::execute);
    case Event::issue_load:
      return issue_time(Queue::load);
    case Event::issue_store:
      return issue_time(Queue::store);
    case Event::request:
      return request_time();
    case Event::pass:
      return pass_time();
    case Event::row:
      return row_time();
  }
  return never;
}

void Pipeline::happen(Event event, std::uint64_t time) {
  // What each event changes besides what a completion does, see finish().
  switch (event) {
    case Event::alloc:
      touch({event});
      return alloc(time);
    case Event::issue_execute:
      touch({event, Event::pass});
      return issue(Queue::execute, time);
    case Event::issue_load:
      touch({event, Event::request});
      return issue(Queue::load, time);
    case Event::issue_store:
      touch({event, Event::row});
      return issue(Queue::store, time);
    case Event::request:
      touch({event, Event::pass});
      return request(time);
    case Event::pass:
      touch({event, Event::row});
      unblock(Event::issue_execute);
      return pass(time);
    case Event::row:
      touch({event, Event::request});
      return store_row(time);
  }
}

std::uint64_t Pipeline::next_event() const {
  const std::uint64_t next = *std::min_element(times_.begin(), times_.end());
  if (next == never) throw std::logic_error("the cycle model is stuck");
  return next;
}

void Pipeline::push_loop(const std::vector<TimedCommand>& commands, std::uint64_t time) {
  advance(time);
  // Two loops are under way at most: a third waits, and with it whatever comes behind it.
  loops_.emplace_back(commands);
  loops_.back().arrive = time;
  front_.push_back(never);
  touch({Event::alloc});
}

void Pipeline::advance(std::uint64_t time) {
  for (;;) {
    std::size_t first = 0;
    for (std::size_t event = 0; event < events; ++event) {
      if (stale_[event]) {
        times_[event] = time_of(static_cast<Event>(event));
        stale_[event] = false;
      }
      if (times_[event] < times_[first]) first = event;
    }
    if (times_[first] >= time) break;
    last_event_ = times_[first];
    happen(static_cast<Event>(first), last_event_);
  }
  last_event_ = std::max(last_event_, time);
}

std::uint64_t Pipeline::drain() {
  const std::uint64_t began = last_event_;
  advance(never);
  std::uint64_t end = std::max({began == never ? 0 : began, last_ack_, results_done_, array_free_});
  for (const auto& queue : entries_)
    for (const Live& live : queue.live)
      if (live.complete != never) end = std::max(end, live.complete);  // a preload may wait for its compute
  last_event_ = end;
  return end;
}

std::uint32_t Pipeline::bank(const LocalRange& range) const {
  return range.first / (range.accumulator ? accumulator_bank_rows_ : scratchpad_bank_rows_);
}

}  // namespace exogene::gemmini

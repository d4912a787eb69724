#include "gemmini/timing/pipeline.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

namespace exogene::gemmini {

Pipeline::Pipeline(const Accelerator& accelerator, MemorySystem& memory)
    : accelerator_(accelerator),
      bus_bits_(std::countr_zero(accelerator.dma_bus_bytes)),
      dim_bits_(std::countr_zero(accelerator.dim)),
      parameters_(accelerator.timing),
      scratchpad_bank_rows_(accelerator.scratchpad_rows / accelerator.scratchpad_banks),
      accumulator_bank_rows_(accelerator.accumulator_rows / accelerator.accumulator_banks),
      memory_(memory),
      in_flight_(parameters_.requests_in_flight),
      load_done_(parameters_.loads_in_flight),
      bank_writes_(accelerator.scratchpad_banks),
      bank_sums_(accelerator.accumulator_banks),
      writer_rows_(parameters_.store_ahead),
      puts_(parameters_.requests_in_flight) {
  std::uint32_t taken = 0;
  for (const auto& [queue, count] : {std::pair{Queue::load, parameters_.load_entries},
                                     {Queue::execute, parameters_.execute_entries},
                                     {Queue::store, parameters_.store_entries}}) {
    places(queue).first = places(queue).next = taken;
    places(queue).end = taken += count;
    places(queue).mask =
        static_cast<std::uint32_t>((std::uint64_t{1} << taken) - (std::uint64_t{1} << places(queue).first));
  }
}

std::uint64_t Pipeline::push(const TimedCommand& command, std::uint64_t time) {
  advance(time);
  const bool waits = front_.size() >= parameters_.front_commands;
  while (front_.size() >= parameters_.front_commands) {
    wait_for_front();
    time = std::max(time, last_alloc_);
  }
  front_.push_back(command);
  front_.back().arrive = time;
  if (waits) front_.back().waited = front_waits_;
  unblock(Event::alloc);
  return time;
}

void Pipeline::happen(Event event, std::uint64_t time, std::uint64_t until) {
  // What each event changes besides what an issue or a completion does, see issue() and finish().
  last_event_ = time;
  touch(event);
  switch (event) {
    case Event::alloc:
      return alloc(time);
    case Event::issue_load:
      touch(Event::request);
      return issue(Queue::load, time);
    case Event::request:
      return requests(time, until);
    case Event::pass:
      touch(Event::row);
      return pass(time);
    case Event::row:
      touch(Event::request);
      return store_row(time);
  }
}

void Pipeline::push_loop(const std::vector<TimedCommand>& commands, std::uint64_t time) {
  advance(time);
  // Two loops are under way at most: a third waits, and with it whatever comes behind it.
  loops_.emplace_back(commands, loops_.empty() ? nullptr : &loops_.back().streams);
  loops_.back().arrive = time;
  TimedCommand loop;
  loop.facts.kind = Kind::loop_ws;
  front_.push_back(loop);
  touch(Event::alloc);
}

// The next event; of those at the same time, the first in the order of the enumeration.
Pipeline::Event Pipeline::first_event() {
  const auto find = [this](Event event, auto time) {
    if ((stale_ & bit(event)) != 0) time_at(event) = time();
  };
  find(Event::alloc, [this] { return alloc_time(); });
  find(Event::issue_load, [this] { return issue_time(Queue::load); });
  find(Event::request, [this] { return request_time(); });
  find(Event::pass, [this] { return pass_time(); });
  find(Event::row, [this] { return row_time(); });
  stale_ = 0;
  std::uint64_t first = never;  // its time and, in the last three bits, which it is
  for (std::uint64_t event = 0; event < events; ++event) first = std::min(first, times_[event] << 3 | event);
  return static_cast<Event>(first & 7);
}

void Pipeline::advance(std::uint64_t time) {
  for (;;) {
    const Event event = first_event();
    if (time_at(event) >= time) break;
    happen(event, time_at(event), time);
  }
  last_event_ = std::max(last_event_, time);
}

// Until a command, or a whole hardware loop, leaves the front end.
void Pipeline::wait_for_front() {
  for (const std::size_t before = front_.size(); front_.size() == before;) {
    const Event event = first_event();
    if (time_at(event) == never) throw_deadlock();
    happen(event, time_at(event), never);
  }
  advance(last_alloc_ + 1);
}

void Pipeline::throw_deadlock() const {
  // Commands wait for older ones, but for preloads, which are done when their compute is.
  const Entry* preload = nullptr;
  for (std::size_t place = places(Queue::execute).first; place < places(Queue::execute).end; ++place) {
    const Entry& entry = entries_[place];
    if (completes_[place] == never && entry.waiting != 0 && entry.command.facts.kind == Kind::preload &&
        (preload == nullptr || entry.command.alloc < preload->command.alloc))
      preload = &entry;
  }
  if (preload == nullptr) throw std::logic_error("the cycle model is stuck");
  const Entry& waiting = entries_[static_cast<std::size_t>(std::countr_zero(preload->waiting))];
  throw Deadlock(std::string("the accelerator would wait for ever: ") + instruction(waiting.command.facts.kind).name +
                 " waits for a PRELOAD that uses the same rows, and that for a compute, which cannot come any more");
}

std::uint64_t Pipeline::drain() {
  const std::uint64_t began = last_event_;
  advance(never);
  // A preload may be left over, issued already.
  if (!front_.empty() ||
      std::any_of(places_.begin(), places_.end(), [](const Places& queue) { return !queue.unissued.empty(); }))
    throw_deadlock();
  std::uint64_t end = std::max({began == never ? 0 : began, last_ack_, results_done_, array_free_});
  // Not that of a preload that waits for its compute.
  if (last_completion_ >= last_alloc_) end = std::max(end, last_completion_);
  last_event_ = end;
  return end;
}

}  // namespace exogene::gemmini

#include "gemmini/timing/pipeline.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace exogene::gemmini {
namespace {

bool overlap(const LocalRange& a, const LocalRange& b) {
  return a.accumulator == b.accumulator && a.first < b.end && b.first < a.end;
}

std::uint32_t blocks_of(const Facts& facts, std::uint32_t dim) {
  return (facts.cols + dim - 1) / dim;
}

bool configures(const TimedCommand& command) {
  return command.facts.kind == Kind::config_ld || command.facts.kind == Kind::config_st;
}

}  // namespace

Pipeline::Pipeline(const Accelerator& accelerator, const TimingParameters& parameters, MemorySystem& memory)
    : accelerator_(accelerator),
      parameters_(parameters),
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
  command.number = pushed_;
  command.arrive = time;
  at(pushed_) = command;
  front_.push_back(pushed_++);
  touch({Event::alloc});
  return time;
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
      touch({Event::alloc, Event::issue_execute, Event::issue_load, Event::issue_store});
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
      touch({event, Event::row, Event::issue_execute});
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
  touch({Event::request});  // the host uses the memory too
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
    for (const auto number : queue.live)
      if (at(number).complete != never) end = std::max(end, at(number).complete);  // a preload may wait for its compute
  last_event_ = end;
  return end;
}

// From `time` on, when an entry of the queue is free.
std::uint64_t Pipeline::entry_time(Queue kind, std::uint64_t time) const {
  const Entries& queue = entries(kind);
  std::size_t taken = 0;
  std::uint64_t free = never;
  for (const auto number : queue.live)
    if (at(number).complete >= time) {
      ++taken;
      free = std::min(free, at(number).complete);
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

bool Pipeline::conflicts(const TimedCommand& young, const TimedCommand& old) const {
  const auto meets = [](const LocalRange& range, const Facts& facts) {
    return overlap(range, facts.reads[0]) || overlap(range, facts.reads[1]);
  };
  if (young.queue == old.queue) return young.queue == Queue::store;
  return overlap(young.facts.writes, old.facts.writes) || meets(young.facts.writes, old.facts) ||
         meets(old.facts.writes, young.facts);
}

void Pipeline::alloc(std::uint64_t time) {
  if (front_.front() == never) {
    const LoopChoice choice = loop_choice();
    TimedCommand made = loops_[choice.loop].streams.take(choice.queue);
    made.arrive = loops_[choice.loop].arrive;
    made.number = pushed_++;
    at(made.number) = made;
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

void Pipeline::enter(std::uint64_t number, std::uint64_t time) {
  TimedCommand& command = at(number);
  command.alloc = last_alloc_ = time;
  auto& count = dependency_counts_[number % window];
  count = 0;
  for (auto& queue : entries_) {
    std::erase_if(queue.live, [&](std::uint64_t old) { return at(old).complete < time; });
    for (const auto old : queue.live)
      if (conflicts(command, at(old)) && !configures(command) && !configures(at(old)))
        dependencies_[number % window][count++] = old;
  }
  entries(command.queue).live.push_back(number);
  entries(command.queue).unissued.push_back(number);
}

std::uint64_t Pipeline::after_dependencies(const TimedCommand& command) const {
  std::uint64_t time = 0;
  const std::size_t slot = command.number % window;
  for (std::size_t i = 0; i < dependency_counts_[slot]; ++i) {
    const TimedCommand& old = at(dependencies_[slot][i]);
    if (old.number != dependencies_[slot][i]) continue;  // long gone
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
    const TimedCommand& old = at(dependencies_[slot][i]);
    if (old.number != dependencies_[slot][i] || old.complete + 1 < issued) continue;
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
  touch({Event::alloc, Event::issue_execute, Event::issue_load, Event::issue_store});
  if (completed) completed(command);
}

std::uint32_t Pipeline::bank(const LocalRange& range) const {
  const std::uint32_t rows = range.accumulator ? accelerator_.accumulator_rows / accelerator_.accumulator_banks
                                               : accelerator_.scratchpad_rows / accelerator_.scratchpad_banks;
  const std::uint32_t banks = range.accumulator ? accelerator_.accumulator_banks : accelerator_.scratchpad_banks;
  return range.first / rows % banks;
}

std::uint64_t Pipeline::request_time() const {
  if (loads_.empty()) return never;
  const TimedCommand& command = at(loads_.front());
  std::uint64_t time = std::max(command.issue + parameters_.load_front, last_request_ + 1);
  time = std::max(time, in_flight_[next_in_flight_]);
  if (command.facts.row_bytes != 0)
    time = std::max(time, memory_.ready_for(command.facts.address + row_ * command.facts.stride + offset_));
  if (row_ == 0 && offset_ == 0)
    time = std::max({time, load_done_[next_load_done_], last_request_ + parameters_.load_gap});
  return time;
}

// One request of the load in front: the largest aligned piece of what is left of its row.
void Pipeline::request(std::uint64_t time) {
  TimedCommand& command = at(loads_.front());
  const Facts& facts = command.facts;
  const bool spad = !facts.writes.accumulator;
  auto* writes = spad ? &bank_writes_[bank(facts.writes)] : nullptr;
  if (facts.row_bytes == 0) {  // zeros come from inside: a block row a cycle
    last_row_written_ = std::max(last_row_written_, command.issue + 2);
    for (std::uint64_t i = 0; i < std::uint64_t{facts.rows} * blocks_of(facts, accelerator_.dim); ++i) {
      ++last_row_written_;
      if (writes) writes->push_back(last_row_written_);
    }
    finish(command, last_row_written_ + 1);
    last_request_ = last_row_written_;
    row_ = facts.rows;
  } else {
    const std::uint64_t address = facts.address + row_ * facts.stride + offset_;
    // The aligned request that covers most of what is left, the smaller one of equals.
    std::uint64_t size = accelerator_.dma_bus_bytes;
    const auto covers = [&](std::uint64_t bytes) {
      return std::min(bytes - address % bytes, facts.row_bytes - offset_);
    };
    for (std::uint64_t larger = 2 * size; larger <= accelerator_.dma_max_bytes; larger *= 2)
      if (covers(larger) > covers(size)) size = larger;
    const std::uint64_t beats = std::max<std::uint64_t>(1, size / accelerator_.dma_bus_bytes);
    const std::uint64_t first_beat = memory_.read(address, size, time);
    std::uint64_t written = std::max(last_row_written_ + 1, first_beat);
    for (std::uint64_t beat = 0; beat < beats; ++beat) {
      if (writes) writes->push_back(written + beat);
    }
    last_row_written_ = written + beats - 1;
    in_flight_[next_in_flight_] = first_beat + beats - 1;
    next_in_flight_ = (next_in_flight_ + 1) % in_flight_.size();
    last_request_ = time;
    offset_ += covers(size);
    if (offset_ >= facts.row_bytes) {
      offset_ = 0;
      ++row_;
    }
    if (row_ == facts.rows) finish(command, last_row_written_ + parameters_.load_back);
  }
  if (pass_.active) pass_.end = std::max(pass_.end, feed());
  if (row_ < facts.rows) return;
  load_done_[next_load_done_] = command.complete;
  next_load_done_ = (next_load_done_ + 1) % load_done_.size();
  row_ = offset_ = 0;
  loads_.pop_front();
}

std::uint64_t Pipeline::pass_time() const {
  if (pass_.active) return pass_.end - parameters_.fed;
  if (executes_.empty()) return never;
  const TimedCommand& command = at(executes_.front());
  if (command.facts.kind == Kind::config_ex)
    return std::max({command.issue + 1, results_done_ + parameters_.configure_after, array_free_});
  if (command.facts.kind == Kind::preload || !streamed_)
    return std::max(command.issue + parameters_.first_pass, array_free_);
  return std::max(command.issue + 1, array_free_);
}

// When all rows of both operands are read: writes into a bank win over reads of it.
std::uint64_t Pipeline::feed() {
  const auto read = [&](const LocalRange& range, std::uint32_t rows) {
    auto& writes = bank_writes_[bank(range)];
    while (!writes.empty() && writes.front() < pass_.start) writes.pop_front();
    std::uint64_t end = pass_.start + rows;
    for (const auto write : writes) {
      if (write >= end) break;
      ++end;
    }
    return end;
  };
  const auto& [a, b] = std::tie(pass_.a, pass_.b);
  const bool reads_a = a.first != a.end && !a.accumulator && pass_.a_rows != 0;
  const bool reads_b = b.first != b.end && !b.accumulator && pass_.b_rows != 0;
  if (reads_a && reads_b && bank(a) == bank(b)) return read(a, pass_.a_rows + pass_.b_rows);
  return std::max({pass_.start + std::max(pass_.a_rows, pass_.b_rows), reads_a ? read(a, pass_.a_rows) : 0,
                   reads_b ? read(b, pass_.b_rows) : 0});
}

void Pipeline::pass(std::uint64_t time) {
  if (pass_.active) {
    end_pass();
    return;
  }
  TimedCommand& command = at(executes_.front());
  const std::uint32_t dim = accelerator_.dim;
  if (command.facts.kind == Kind::config_ex) {
    account(Spent::configuration, time + 1 + parameters_.configure_before);
    finish(command, time + 1);
    array_free_ = time + 1 + parameters_.configure_before;
    pops_[begun_executes_++ % window] = time + 1;
    executes_.pop_front();
    return;
  }
  pass_ = {.active = true, .start = time, .end = 0, .a = {}, .b = {}, .compute = never, .next = never};
  if (command.facts.kind == Kind::preload) {
    pass_.next = command.number;
  } else {
    pass_.compute = command.number;
    // The next preload goes along if it and its compute are there.
    if (executes_.size() >= 3 && at(executes_[1]).facts.kind == Kind::preload &&
        at(executes_[2]).issue + parameters_.next_visible <= time)
      pass_.next = executes_[1];
    pass_.a = command.facts.reads[0];
    pass_.a_rows = std::max(command.facts.rows, parameters_.least_kept_rows);
  }
  if (pass_.next != never && !at(pass_.next).facts.keeps_weights) {
    pass_.b = at(pass_.next).facts.reads[0];
    pass_.a_rows = pass_.compute == never ? 0 : dim;
    pass_.b_rows = dim;
  } else if (pass_.compute == never) {
    pass_.a_rows = parameters_.least_kept_rows;
  }
  account(command.waited, time);
  pass_.end = feed();
}

void Pipeline::end_pass() {
  const auto pop = [&] {
    pops_[begun_executes_++ % window] = pass_.end - parameters_.fed;
    executes_.pop_front();
  };
  if (pass_.compute != never) {
    finish(at(pass_.compute), pass_.end - parameters_.fed);
    pop();
    const std::uint64_t result = pass_.end + parameters_.result_latency;
    if (streamed_) {
      TimedCommand& preload = at(preload_);
      if (preload.facts.accumulates && preload.facts.writes.accumulator)
        bank_sums_[bank(preload.facts.writes)].emplace_back(result - accelerator_.dim, result);
      finish(preload, result);
    }
    results_done_ = std::max(results_done_, result);
  }
  if (streamed_ && pass_.compute == never) finish(at(preload_), pass_.end);  // its compute never came
  streamed_ = pass_.next != never;
  if (streamed_) {
    preload_ = pass_.next;
    pop();
  }
  account(Spent::array, pass_.start + std::max(pass_.a_rows, pass_.b_rows));
  account(Spent::bank, pass_.end);
  if (passed) passed(pass_.start, pass_.end);
  array_free_ = pass_.end;
  pass_.active = false;
}

std::uint64_t Pipeline::row_time() const {
  if (stores_.empty()) return never;
  const TimedCommand& command = at(stores_.front());
  std::uint64_t time = std::max(command.issue + parameters_.store_front, store_ready_);
  const std::size_t blocks = std::min<std::size_t>(blocks_of(command.facts, accelerator_.dim), writer_rows_.size());
  time = std::max(time, writer_rows_[(next_writer_row_ + blocks - 1) % writer_rows_.size()]);
  if (command.facts.reads[0].accumulator) {
    for (const auto& [from, to] : bank_sums_[bank(command.facts.reads[0])])
      if (from <= time && time < to) time = to;
  }
  return time;
}

void Pipeline::store_row(std::uint64_t time) {
  TimedCommand& command = at(stores_.front());
  const Facts& facts = command.facts;
  if (facts.reads[0].accumulator) {
    auto& sums = bank_sums_[bank(facts.reads[0])];
    while (!sums.empty() && sums.front().second <= time) sums.pop_front();
  }
  const std::uint32_t blocks = blocks_of(facts, accelerator_.dim);
  const std::uint64_t address = facts.address + store_row_ * facts.stride;
  const std::uint64_t beats = (facts.row_bytes + accelerator_.dma_bus_bytes - 1) / accelerator_.dma_bus_bytes;
  // The writer collects the blocks of a row, then sends them.
  std::uint64_t taken = std::max(writer_free_, time + parameters_.store_pipeline);
  taken = std::max(taken, puts_[next_put_]);
  writer_free_ = taken + beats + blocks - 1;
  const std::uint64_t ack = memory_.write(address, facts.row_bytes, taken + blocks - 1) + beats - 1;
  puts_[next_put_] = ack;
  next_put_ = (next_put_ + 1) % puts_.size();
  last_ack_ = std::max(last_ack_, ack);
  for (std::uint32_t block = 0; block < blocks; ++block) {
    writer_rows_[next_writer_row_] =
        std::max(writer_free_, std::uint64_t{parameters_.store_pipeline}) - parameters_.store_pipeline;
    next_writer_row_ = (next_writer_row_ + 1) % writer_rows_.size();
  }
  store_ready_ = time + 1;
  if (++store_row_ < facts.rows) return;
  finish(command, time + 1);
  store_row_ = 0;
  stores_.pop_front();
}

}  // namespace exogene::gemmini

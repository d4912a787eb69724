// The execute controller and the array.
#include <algorithm>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

std::uint64_t Pipeline::pass_time() const {
  if (pass_.active) return pass_.end - parameters_.fed;
  if (executes_.empty()) return never;
  const TimedCommand& command = at(executes_.front());
  if (command.facts.kind == Kind::config_ex)
    return std::max({command.issue + 1, results_done_ + parameters_.configure_after, array_free_});
  if (command.facts.kind == Kind::preload) {  // goes in alone when its compute is there
    if (executes_.size() < 2) return never;
    return std::max(std::max(command.issue, at(executes_[1]).issue - 1) + parameters_.first_pass, array_free_);
  }
  if (!streamed_) return std::max(command.issue + parameters_.first_pass, array_free_);
  return std::max(command.issue + 1, array_free_);
}

// The pass reads so many rows of the range. Both operands may be in the same bank.
void Pipeline::read_bank(const LocalRange& range, std::uint32_t rows) {
  if (range.first == range.end || range.accumulator || rows == 0) return;
  const std::uint32_t read = bank(range);
  if (pass_.banks == 1 && pass_.reads[0].bank == read) {
    pass_.reads[0].rows += rows;
  } else {
    pass_.reads[pass_.banks++] = {.bank = read, .rows = rows};
  }
}

// When all rows are read: writes into a bank win over reads of it, and one operand gets only so far ahead of the other.
std::uint64_t Pipeline::read_end() {
  std::uint64_t time = pass_.start;
  Ring<Span>* writes[2] = {};
  std::uint64_t left[2] = {};
  for (std::uint32_t i = 0; i < pass_.banks; ++i) {
    left[i] = pass_.reads[i].rows;
    writes[i] = &bank_writes_[pass_.reads[i].bank];
    while (!writes[i]->empty() && writes[i]->front().second <= time) writes[i]->pop_front();
  }
  // One row is written at a time, so that spans do not overlap, but for those of zeros beside a load from memory.
  for (std::size_t next[2] = {};;) {
    const Span* span = nullptr;
    std::uint32_t blocked = 0;
    for (std::uint32_t i = 0; i < pass_.banks; ++i) {
      if (next[i] == writes[i]->size()) continue;
      const Span& mine = (*writes[i])[next[i]];
      if (span != nullptr && span->first <= mine.first) continue;
      span = &mine;
      blocked = i;
    }
    const std::uint64_t end = time + std::max(left[0], left[1]);
    if (span == nullptr || span->first >= end) return end;
    ++next[blocked];
    if (span->second <= time) continue;
    if (span->first > time) {
      for (auto& rows : left) rows -= std::min(rows, span->first - time);
      time = span->first;
    }
    auto& other = left[1 - blocked];
    const std::uint64_t least = left[blocked] - std::min<std::uint64_t>(left[blocked], parameters_.operand_ahead);
    other = std::min(other, std::max(least, other - std::min(other, span->second - time)));
    time = span->second;
  }
}

void Pipeline::pass(std::uint64_t time) {
  if (pass_.active) {
    end_pass();
    return;
  }
  const Place place = executes_.front();
  const TimedCommand& command = at(place);
  const std::uint32_t dim = accelerator_.dim;
  if (command.facts.kind == Kind::config_ex) {
    account(Spent::configuration, time + 1 + parameters_.configure_before);
    finish(place, time + 1);
    array_free_ = time + 1 + parameters_.configure_before;
    if (streamed_) finish(preload_, time + 1);  // what goes in last is flushed: its compute never came
    streamed_ = false;
    pops_[begun_executes_++ % pops_.size()] = time + 1;
    executes_.pop_front();
    issue_known(Queue::execute);
    return;
  }
  pass_.active = true;
  pass_.start = time;
  pass_.a_rows = pass_.b_rows = pass_.banks = 0;
  pass_.compute = pass_.next = nowhere;
  if (command.facts.kind == Kind::preload) {
    pass_.next = place;
  } else {
    pass_.compute = place;
    // The next preload goes along if it and its compute are there.
    if (executes_.size() >= 3 && at(executes_[1]).facts.kind == Kind::preload &&
        at(executes_[2]).issue + parameters_.next_visible <= time)
      pass_.next = executes_[1];
    pass_.a_rows = std::max(command.facts.rows, parameters_.least_kept_rows);
  }
  if (pass_.next != nowhere && !at(pass_.next).facts.keeps_weights) {
    pass_.a_rows = pass_.compute == nowhere ? 0 : dim;
    pass_.b_rows = dim;
  } else if (pass_.compute == nowhere) {
    pass_.a_rows = parameters_.least_kept_rows;
  }
  account(command.waited, time);
  pass_.end = time + std::max(pass_.a_rows, pass_.b_rows);
  if (pass_.compute != nowhere) read_bank(command.facts.reads[0], pass_.a_rows);
  if (pass_.b_rows != 0) read_bank(at(pass_.next).facts.reads[0], pass_.b_rows);
  pass_.end = std::max(pass_.end, read_end());
}

void Pipeline::end_pass() {
  const auto pop = [&] {
    pops_[begun_executes_++ % pops_.size()] = pass_.end - parameters_.fed;
    executes_.pop_front();
  };
  if (pass_.compute != nowhere) {
    finish(pass_.compute, pass_.end - parameters_.fed);
    pop();
    const std::uint64_t result = pass_.end + parameters_.result_latency;
    if (streamed_) {
      const Facts& preload = at(preload_).facts;
      if (preload.accumulates && preload.writes.accumulator)
        bank_sums_[bank(preload.writes)].push_back({result - accelerator_.dim, result});
      finish(preload_, result);
    }
    results_done_ = std::max(results_done_, result);
  }
  if (streamed_ && pass_.compute == nowhere) finish(preload_, pass_.end);  // its compute never came
  streamed_ = pass_.next != nowhere;
  if (streamed_) {
    preload_ = pass_.next;
    pop();
  }
  issue_known(Queue::execute);
  account(Spent::array, pass_.start + std::max(pass_.a_rows, pass_.b_rows));
  account(Spent::bank, pass_.end);
  if (passed) passed(pass_.start, pass_.end);
  array_free_ = pass_.end;
  pass_.active = false;
}

}  // namespace exogene::gemmini

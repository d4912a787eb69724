// The execute controller and the array.
#include <algorithm>
#include <tuple>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

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
    while (!writes.empty() && writes.front().second <= pass_.start) writes.pop_front();
    std::uint64_t end = pass_.start + rows;
    for (const auto& [from, to] : writes) {
      if (from >= end) break;
      end += to - std::max(from, pass_.start);
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
    if (TimedCommand& preload = at(preload_); streamed_ && preload.number == preload_) {
      if (preload.facts.accumulates && preload.facts.writes.accumulator)
        bank_sums_[bank(preload.facts.writes)].emplace_back(result - accelerator_.dim, result);
      finish(preload, result);
    }
    results_done_ = std::max(results_done_, result);
  }
  if (streamed_ && pass_.compute == never && at(preload_).complete == never)
    finish(at(preload_), pass_.end);  // its compute never came
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

}  // namespace exogene::gemmini

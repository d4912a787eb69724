// The load controller.
#include <algorithm>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

std::uint64_t Pipeline::request_time() const {
  if (loads_.empty()) return never;
  const TimedCommand& command = at(loads_.front());
  const bool first = row_ == 0 && offset_ == 0;
  std::uint64_t time = last_request_ + (first ? parameters_.load_gap : 1);
  if (command.facts.row_bytes == 0) {
    time = std::max(time, command.issue + parameters_.zero_front);
    if (first) time = std::max(time, load_done_[next_load_done_] + parameters_.load_front);
    return command.facts.writes.accumulator ? sums_done(bank(command.facts.writes), time) : time;
  }
  time = std::max({time, command.issue + parameters_.load_front, in_flight_[next_in_flight_],
                   memory_.ready_for(command.facts.address + row_ * command.facts.stride + offset_)});
  if (first) time = std::max(time, load_done_[next_load_done_]);
  return time;
}

// Requests of the load in front, from one at `time` to the last before `until` that no other event comes before.
void Pipeline::requests(std::uint64_t time, std::uint64_t until) {
  const std::uint64_t before = std::min({until, time_at(Event::alloc), time_at(Event::issue_load)});
  while (!request(time)) {
    time = request_time();
    if (time >= before || time > time_at(Event::pass) || time > time_at(Event::row)) return;
    last_event_ = time;
  }
}

// One request of the load in front: the largest aligned piece of what is left of its row. Whether it was the last.
bool Pipeline::request(std::uint64_t time) {
  const Place place = loads_.front();
  const TimedCommand& command = at(place);
  const Facts& facts = command.facts;
  if (row_ == 0 && offset_ == 0) load_bank_ = facts.writes.accumulator ? no_bank : bank(facts.writes);
  if (facts.row_bytes == 0) {  // zeros come from inside: a block row a cycle
    write_bank(time, time + 1);
    last_request_ = time;
    const std::uint32_t blocks = blocks_of(facts, accelerator_.dim);
    if (++offset_ == blocks) {
      offset_ = 0;
      ++row_;
    }
    if (row_ == facts.rows) finish(place, time + 1);
  } else {
    const std::uint64_t address = facts.address + row_ * facts.stride + offset_;
    // The aligned request that covers most of what is left, the smaller one of equals.
    std::uint64_t size = accelerator_.dma_bus_bytes;
    const auto covers = [&](std::uint64_t bytes) {
      return std::min(bytes - (address & (bytes - 1)), facts.row_bytes - offset_);
    };
    for (std::uint64_t larger = 2 * size; larger <= accelerator_.dma_max_bytes; larger *= 2)
      if (covers(larger) > covers(size)) size = larger;
    const std::uint64_t beats = size >> bus_bits_;
    const std::uint64_t first_beat = memory_.read(address, size, time);
    const std::uint64_t written = std::max(last_row_written_ + 1, first_beat);
    // Beats are merged: a row of the bank is written once, when it is whole.
    const std::uint64_t end = offset_ + covers(size);
    const std::uint64_t whole = end == facts.row_bytes ? end + accelerator_.dim - 1 : end;
    const std::uint64_t rows = (whole >> dim_bits_) - (offset_ >> dim_bits_);
    if (rows != 0) write_bank(written + beats - std::min(rows, beats), written + beats);
    last_row_written_ = written + beats - 1;
    in_flight_[next_in_flight_] = first_beat + beats - 1;
    if (++next_in_flight_ == in_flight_.size()) next_in_flight_ = 0;
    last_request_ = time;
    offset_ = end;
    if (offset_ >= facts.row_bytes) {
      offset_ = 0;
      ++row_;
      if (facts.stride == 0 && row_ < facts.rows) {  // the same row again and again is read once
        const std::uint64_t more = std::uint64_t{facts.rows - row_} * blocks_of(facts, accelerator_.dim);
        write_bank(last_row_written_ + 1, last_row_written_ + 1 + more);
        last_row_written_ += more;
        row_ = facts.rows;
      }
    }
    if (row_ == facts.rows) finish(place, last_row_written_ + parameters_.load_back);
  }
  if (row_ < facts.rows) return false;
  load_done_[next_load_done_] = command.complete;
  next_load_done_ = (next_load_done_ + 1) % load_done_.size();
  row_ = offset_ = 0;
  loads_.pop_front();
  return true;
}

// A load writes into its scratchpad bank in cycles [from, to): a pass that reads there takes longer.
void Pipeline::write_bank(std::uint64_t from, std::uint64_t to) {
  if (load_bank_ == no_bank) return;
  // Rows are written just before the load is done, and a pass reads its rows as soon as it is issued.
  from += parameters_.load_back + parameters_.first_pass;
  to += parameters_.load_back + parameters_.first_pass;
  auto& writes = bank_writes_[load_bank_];
  if (!writes.empty() && writes.back().second == from) {
    writes.back().second = to;
  } else {
    writes.push_back({from, to});
  }
  if (!pass_.active) return;
  for (std::uint32_t i = 0; i < pass_.banks; ++i) {
    if (pass_.reads[i].bank != load_bank_) continue;
    pass_.end = std::max(pass_.end, read_end());
    time_at(Event::pass) = pass_time();
  }
}

}  // namespace exogene::gemmini

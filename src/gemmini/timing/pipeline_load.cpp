// The load controller.
#include <algorithm>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

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
    const std::uint64_t rows = std::uint64_t{facts.rows} * blocks_of(facts, accelerator_.dim);
    if (writes) writes->emplace_back(last_row_written_ + 1, last_row_written_ + 1 + rows);
    last_row_written_ += rows;
    finish(command, last_row_written_ + 1);
    last_request_ = last_row_written_;
    row_ = facts.rows;
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
    std::uint64_t written = std::max(last_row_written_ + 1, first_beat);
    if (writes) writes->emplace_back(written, written + beats);
    last_row_written_ = written + beats - 1;
    in_flight_[next_in_flight_] = first_beat + beats - 1;
    if (++next_in_flight_ == in_flight_.size()) next_in_flight_ = 0;
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

}  // namespace exogene::gemmini

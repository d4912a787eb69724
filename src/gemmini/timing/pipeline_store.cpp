// The store controller.
#include <algorithm>

#include "gemmini/timing/pipeline.hpp"

namespace exogene::gemmini {

std::uint64_t Pipeline::row_time() const {
  if (stores_.empty()) return never;
  const TimedCommand& command = at(stores_.front());
  std::uint64_t time = std::max(command.issue + parameters_.store_front, store_ready_);
  const std::size_t blocks = std::min<std::size_t>(blocks_of(command.facts, accelerator_.dim), writer_rows_.size());
  const std::size_t last = next_writer_row_ + blocks - 1;
  time = std::max(time, writer_rows_[last < writer_rows_.size() ? last : last - writer_rows_.size()]);
  return command.facts.reads[0].accumulator ? sums_done(bank(command.facts.reads[0]), time) : time;
}

// From `time` on, when no results are added to rows of that accumulator bank.
std::uint64_t Pipeline::sums_done(std::uint32_t bank, std::uint64_t time) const {
  const auto& sums = bank_sums_[bank];
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i].first <= time && time < sums[i].second) time = sums[i].second;
  return time;
}

void Pipeline::store_row(std::uint64_t time) {
  const TimedCommand& command = at(stores_.front());
  const Facts& facts = command.facts;
  if (facts.reads[0].accumulator) {
    auto& sums = bank_sums_[bank(facts.reads[0])];
    while (!sums.empty() && sums.front().second <= time) sums.pop_front();
  }
  const std::uint32_t blocks = blocks_of(facts, accelerator_.dim);
  const std::uint64_t address = facts.address + store_row_ * facts.stride;
  const std::uint64_t beats = (facts.row_bytes + accelerator_.dma_bus_bytes - 1) >> bus_bits_;
  // The writer collects the blocks of a row, then sends them.
  std::uint64_t taken = std::max(writer_free_, time + parameters_.store_pipeline);
  taken = std::max(taken, puts_[next_put_]);
  writer_free_ = taken + beats + blocks - 1;
  const std::uint64_t ack = memory_.write(address, facts.row_bytes, taken + blocks - 1) + beats - 1;
  puts_[next_put_] = ack;
  if (++next_put_ == puts_.size()) next_put_ = 0;
  last_ack_ = std::max(last_ack_, ack);
  for (std::uint32_t block = 0; block < blocks; ++block) {
    writer_rows_[next_writer_row_] =
        std::max(writer_free_, std::uint64_t{parameters_.store_pipeline}) - parameters_.store_pipeline;
    if (++next_writer_row_ == writer_rows_.size()) next_writer_row_ = 0;
  }
  store_ready_ = time + 1;
  if (++store_row_ < facts.rows) return;
  finish(stores_.front(), time + 1);
  store_row_ = 0;
  stores_.pop_front();
}

}  // namespace exogene::gemmini

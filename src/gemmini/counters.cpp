#include "gemmini/counters.hpp"

namespace exogene::gemmini {
namespace {
constexpr std::uint32_t bytes_read = 4, bytes_written = 5;  // external events
}

void Counters::add(const Facts& facts) {
  (facts.kind == Kind::mvout ? written_bytes_ : read_bytes_) += facts.rows * facts.row_bytes;
}

std::uint64_t Counters::events(const Counter& counter) const {
  if (counter.external && counter.event == bytes_read) return read_bytes_;
  if (counter.external && counter.event == bytes_written) return written_bytes_;
  return 0;
}

std::uint64_t Counters::execute(const CounterRequest& request) {
  Counter& chosen = counters_[request.index];
  if (request.reset) {
    for (Counter& counter : counters_) counter.start = events(counter);
  }
  if (request.set) {
    chosen.external = request.external;
    chosen.event = request.event;
    chosen.start = events(chosen);
  }
  if (request.release) frozen_ = false;
  if (request.take) {
    for (Counter& counter : counters_) counter.snapshot = events(counter) - counter.start;
    frozen_ = true;
  }
  return static_cast<std::uint32_t>(frozen_ ? chosen.snapshot : events(chosen) - chosen.start);
}

}  // namespace exogene::gemmini

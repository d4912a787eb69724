#include "gemmini/counts.hpp"

namespace exogene::gemmini {

void Counts::add(const Facts& facts) {
  ++commands[static_cast<std::size_t>(facts.kind)];
  if (!facts.from_loop) ++from_program;
  macs += facts.macs;
  const bool stores = facts.kind == Kind::mvout;
  (stores ? dma_write_bytes : dma_read_bytes) += facts.rows * facts.row_bytes;
  (stores ? dma_write_requests : dma_read_requests) += facts.requests;
}

}  // namespace exogene::gemmini

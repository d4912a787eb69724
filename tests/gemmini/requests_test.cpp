#include "gemmini/requests.hpp"

#include "gemmini/counts.hpp"
#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

TEST_CASE("rows are split into aligned packets of 16, 32 and 64 bytes") {
  const Accelerator standard;
  CHECK(dma_requests(standard, 0, 0) == 0);
  CHECK(dma_requests(standard, 0, 1) == 1);
  CHECK(dma_requests(standard, 0, 16) == 1);
  CHECK(dma_requests(standard, 0, 64) == 1);
  CHECK(dma_requests(standard, 0, 65) == 2);
  CHECK(dma_requests(standard, 16, 64) == 2);  // 48 up to the line's end, then 16
  CHECK(dma_requests(standard, 15, 2) == 1);   // one packet of 32 covers both
  CHECK(dma_requests(standard, 63, 2) == 2);
  CHECK(dma_requests(standard, 32, 128) == 3);
  CHECK(dma_requests({.dma_max_bytes = 16}, 0, 64) == 4);
  CHECK(dma_requests({.dma_max_bytes = 128}, 0, 128) == 1);
}

TEST_CASE("counts add up what commands moved") {
  Rig rig;
  Counts counts;
  const auto count = [&](const Step& step) { counts.add(done(step)); };
  count(rig.config_ex());
  count(rig.config_ld(0, 64));
  count(rig.config_st(64));
  count(rig.mvin(0, ByteMemory::base, 0, 64, 16));      // 16 rows, one packet each
  count(rig.mvin(0, ByteMemory::base + 8, 64, 64, 2));  // two packets each
  count(rig.mvin(0, 0, 200, 64, 16));                   // zeros: no traffic
  count(rig.preload(64, acc, 16, 2, 16, 3));
  count(rig.compute(true, 0, 2, 3));  // 3 x 2 by 2 x 16
  count(rig.preload(none, acc_add, 16, 16, 16, 3));
  count(rig.compute(false, 0, 5, 3));  // the same 16 columns of weights
  count(rig.mvout(ByteMemory::base, acc, 48, 3));
  count(rig.mvout(ByteMemory::base, acc | full_width, 16, 2));

  const auto commands = [&](Kind kind) { return counts.commands[static_cast<std::size_t>(kind)]; };
  CHECK(commands(Kind::config_ex) == 1);
  CHECK(commands(Kind::config_ld) == 1);
  CHECK(commands(Kind::config_st) == 1);
  CHECK(commands(Kind::mvin) == 3);
  CHECK(commands(Kind::mvin2) == 0);
  CHECK(commands(Kind::preload) == 2);
  CHECK(commands(Kind::compute_preloaded) == 1);
  CHECK(commands(Kind::compute_accumulated) == 1);
  CHECK(commands(Kind::mvout) == 2);
  CHECK(counts.dma_read_bytes == 18 * 64);
  CHECK(counts.dma_read_requests == 16 + 4);
  CHECK(counts.dma_write_bytes == 3 * 48 + 2 * 64);
  CHECK(counts.dma_write_requests == 3 + 2);
  CHECK(counts.macs == 3 * 2 * 16 + 3 * 5 * 16);
}

// One case a rule: a command stream that breaks it, and one that just does not.

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t data = ByteMemory::base;

/// Everything configured: three channels of stride 64, the third with int8 data for the accumulator.
Rig ready() {
  Rig rig;
  done(rig.config_ex());
  done(rig.config_ld(0, 64));
  done(rig.config_ld(1, 64, 32));
  done(rig.config_ld(2, 64, 16, 1.0F, true));
  done(rig.config_st(64));
  return rig;
}

}  // namespace

TEST_CASE("reasons begin with the command's number and name") {
  Rig rig = ready();
  CHECK(rig.mvin(1, data, 0, 0, 16).reason == "command 6 (MVIN2): load of 16 rows and 0 columns moves nothing");
}

TEST_CASE("execute configurations") {
  Rig rig;
  refused(rig.config_ex({.shift = 32}), "result shift of 32 bits");
  refused(rig.config_ex({.transpose_a = true, .transpose_b = true}), "cannot both be transposed");
  done(rig.config_ex({.transpose_a = true, .shift = 31}));
  refused(rig.config_ex({.weight_stationary = false, .transpose_b = true}), "B cannot be transposed without A");
  done(rig.config_ex({.weight_stationary = false, .transpose_a = true, .transpose_b = true}));
  done(rig.config_ex({.only_strides = true, .transpose_a = true, .transpose_b = true, .shift = 99}));
}

TEST_CASE("load configurations") {
  Rig rig;
  refused(rig.config_ld(3, 64), "load channel 3 does not exist");
  done(rig.config_ld(2, 64, 16, 1.0F, false, 0));
}

TEST_CASE("store configurations") {
  Rig rig;
  refused(rig.config_st(64, 0, 1.0F, 1), "pooling over windows of 0 x 0 pixels");
  done(rig.config_st(64, 1));
}

TEST_CASE("a load needs its channel configured") {
  Rig rig;
  done(rig.config_ld(0, 64));
  refused(rig.mvin(1, data, 0, 16, 16), "channel 1, which no CONFIG_LD has set up");
  done(rig.config_ld(1, 64));
  done(rig.mvin(1, data, 0, 16, 16));
}

TEST_CASE("a load moves something") {
  Rig rig = ready();
  refused(rig.mvin(0, data, 0, 16, 0), "load of 0 rows and 16 columns moves nothing");
  refused(rig.mvin(0, data, 0, 0, 16), "load of 16 rows and 0 columns moves nothing");
  done(rig.mvin(0, data, 0, 1, 1));
}

TEST_CASE("a load is at most dim rows tall and four blocks wide") {
  Rig rig = ready();
  refused(rig.mvin(1, data, 0, 16, 17), "load of 17 rows is taller than the array's 16");
  done(rig.mvin(1, data, 0, 16, 16));
  refused(rig.mvin(0, data, 0, 65, 16), "load of 65 columns is wider than four blocks = 64");
  refused(rig.mvin(0, 0, 0, 80, 16), "load of 80 columns");
  done(rig.mvin(0, data, 0, 64, 16));
  done(rig.mvin(0, 0, 0, 64, 16));
}

TEST_CASE("a load of zeros or 32-bit data into the accumulator is one block wide") {
  Rig rig = ready();
  refused(rig.mvin(0, data, acc, 32, 15), "load of 32 columns of 32-bit data into the accumulator");
  refused(rig.mvin(2, 0, acc, 17, 16), "load of 17 columns of zeros into the accumulator");
  done(rig.mvin(0, data, acc, 16, 15));
  done(rig.mvin(0, 0, acc, 16, 16));
  done(rig.mvin(2, data, acc, 64, 16));
}

TEST_CASE("a block stride is at least the rows of a load") {
  Rig rig = ready();
  done(rig.config_ld(0, 64, 8));
  refused(rig.mvin(0, data, 0, 16, 9), "load of 9 rows on channel 0, whose block stride is only 8");
  done(rig.mvin(0, data, 0, 64, 8));
}

TEST_CASE("a load stays in its memory with every block") {
  Rig rig = ready();
  refused(rig.mvin(0, data, 16369, 16, 16), "rows 16369 to 16384 run out of the scratchpad, which has 16384 rows");
  done(rig.mvin(0, data, 16368, 16, 16));
  refused(rig.mvin(1, data, 16384 - 47, 17, 16), "run out of the scratchpad");
  done(rig.mvin(1, data, 16384 - 48, 17, 16));
  refused(rig.mvin(0, data, acc | 1009, 16, 16), "rows 1009 to 1024 run out of the accumulator, which has 1024 rows");
  done(rig.mvin(0, data, acc | 1008, 16, 16));
  refused(rig.mvin(2, data, acc_add | 993, 17, 16), "run out of the accumulator");
  refused(rig.mvin(0, data, none, 16, 16), "run out of the accumulator");
}

TEST_CASE("a store needs a configuration") {
  Rig rig;
  refused(rig.mvout(data, 0, 16, 16), "no CONFIG_ST came before");
  done(rig.config_st(64));
  done(rig.mvout(data, 0, 16, 16));
}

TEST_CASE("a store moves something, at most dim rows and four blocks") {
  Rig rig = ready();
  refused(rig.mvout(data, acc, 16, 0), "store of 0 rows and 16 columns moves nothing");
  refused(rig.mvout(data, acc, 0, 16), "store of 16 rows and 0 columns moves nothing");
  refused(rig.mvout(data, acc, 16, 17), "store of 17 rows is taller");
  refused(rig.mvout(data, acc, 80, 16), "store of 80 columns is wider than four blocks = 64");
  done(rig.mvout(data, acc, 64, 16));
  done(rig.mvout(data, 0, 64, 16));
}

TEST_CASE("a store of raw 32-bit rows is one block wide") {
  Rig rig = ready();
  refused(rig.mvout(data, acc | full_width, 17, 16), "store of 17 columns of 32-bit data is wider than one block = 16");
  done(rig.mvout(data, acc | full_width, 16, 16));
}

TEST_CASE("a store stays in its memory with every block") {
  Rig rig = ready();
  refused(rig.mvout(data, acc | 1009, 16, 16), "rows 1009 to 1024 run out of the accumulator");
  done(rig.mvout(data, acc | 1008, 16, 16));
  refused(rig.mvout(data, 16384 - 31, 17, 16), "run out of the scratchpad");
  done(rig.mvout(data, 16384 - 32, 17, 16));
}

TEST_CASE("preload and compute need an execute configuration") {
  Rig rig;
  refused(rig.preload(0, acc), "preload although no CONFIG_EX came before");
  refused(rig.compute_preloaded(0), "compute although no CONFIG_EX came before");
  done(rig.config_ex({.weight_stationary = true, .only_strides = true}));
  refused(rig.preload(0, acc), "preload although no CONFIG_EX came before");
  done(rig.config_ex());
  done(rig.preload(0, acc));
}

TEST_CASE("operands of the array are from 1 to dim rows and columns") {
  Rig rig = ready();
  refused(rig.preload(0, acc, 17, 16, 16, 16), "operand B of 16 rows and 17 columns");
  refused(rig.preload(0, acc, 16, 16, 16, 0), "operand C of 0 rows and 16 columns");
  done(rig.preload(0, acc, 1, 16, 16, 16));
  refused(rig.compute(true, 0, 16, 17), "operand A of 17 rows and 16 columns");
  refused(rig.compute(true, 0, 16, 16, 0, 0, 16), "operand D of 16 rows and 0 columns");
  done(rig.compute(true, 0, 16, 16, none, 0, 0));
}

TEST_CASE("a preload reads the scratchpad, inside it") {
  Rig rig = ready();
  refused(rig.preload(acc, acc), "operand B is in the accumulator");
  refused(rig.preload(16369, acc), "operand B: rows 16369 to 16384 run out of the scratchpad");
  done(rig.preload(16368, acc));
}

TEST_CASE("a result stays inside its memory") {
  Rig rig = ready();
  refused(rig.preload(0, acc | 1009), "result C: rows 1009 to 1024 run out of the accumulator");
  refused(rig.preload(0, 16370), "result C: rows 16370 to 16385 run out of the scratchpad");
  done(rig.preload(0, acc_add | 1008));
  done(rig.config_ex({.c_stride = 2}));
  refused(rig.compute_preloaded(0), "result C: rows 1008 to 1038");  // what was latched reaches farther now
  refused(rig.preload(0, acc | 994), "result C: rows 994 to 1024");
  done(rig.preload(0, acc | 993));
}

TEST_CASE("a compute follows a preload") {
  Rig rig = ready();
  refused(rig.compute_preloaded(0), "compute although no PRELOAD came before");
  done(rig.preload(0, acc));
  done(rig.compute_preloaded(0));
}

TEST_CASE("a compute reads the scratchpad, inside it") {
  Rig rig = ready();
  done(rig.preload(0, acc));
  refused(rig.compute_preloaded(acc | 512), "operand A is in the accumulator");
  refused(rig.compute(true, 0, 16, 16, acc, 16, 16), "operand D is in the accumulator");
  refused(rig.compute_preloaded(16369), "operand A: rows 16369 to 16384 run out of the scratchpad");
  refused(rig.compute(true, 0, 16, 16, 16369, 16, 16), "operand D: rows 16369 to 16384");
  done(rig.compute_preloaded(16368));
}

TEST_CASE("the compute says the same about the weights as its preload") {
  Rig rig = ready();
  done(rig.preload(0, acc));
  refused(rig.compute_accumulated(0), "brings new weights, so the compute must be COMPUTE_PRELOADED");
  done(rig.compute_preloaded(0));
  done(rig.preload(none, acc));
  refused(rig.compute_preloaded(0), "keeps the weights, so the compute must be COMPUTE_ACCUMULATED");
  done(rig.compute_accumulated(0));
}

TEST_CASE("weights that are kept are known") {
  Rig rig = ready();
  done(rig.preload(none, acc));
  refused(rig.compute_accumulated(0), "the array holds none that are known");
  done(rig.preload(0, acc));
  done(rig.compute_preloaded(0));
  done(rig.preload(none, acc));
  done(rig.compute_accumulated(0));
  done(rig.compute_preloaded(0));  // without a preload: switches to weights nobody chose
  done(rig.preload(none, acc));
  refused(rig.compute_accumulated(0), "the array holds none that are known");
}

TEST_CASE("a preload gives C at least the rows of A") {
  Rig rig = ready();
  done(rig.preload(0, acc, 16, 16, 16, 8));
  refused(rig.compute(true, 0, 16, 9), "operand A has 9 rows, but the preload gave C only 8");
  done(rig.compute(true, 0, 16, 8));
  done(rig.preload(0, none, 16, 16, 0, 0));
  done(rig.compute_preloaded(0));
}

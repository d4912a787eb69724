#include "gemmini/isa.hpp"

#include <set>
#include <stdexcept>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

TEST_CASE("the table has every kind once, in order, under its own funct") {
  std::set<std::pair<int, int>> seen;
  for (std::size_t i = 0; i < kinds; ++i) {
    const Instruction& line = instruction(static_cast<Kind>(i));
    CHECK(line.kind == static_cast<Kind>(i));
    CHECK(seen.emplace(line.funct, line.config).second);
    const std::uint64_t rs1 = line.config < 0 ? 0 : static_cast<std::uint64_t>(line.config);
    CHECK(find_instruction(line.funct, rs1) == &line);
  }
}

TEST_CASE("instructions that do not exist trap") {
  CHECK(find_instruction(22, 0) == nullptr);
  CHECK(find_instruction(128, 0) == nullptr);
  Rig rig;
  CHECK(rig.model.execute(100, 0, 0).outcome == Outcome::illegal);
}

TEST_CASE("FLUSH and FENCE do nothing") {
  Rig rig;
  CHECK(done(rig.model.execute(7, 0, 0)).kind == Kind::flush);
  CHECK(done(rig.model.execute(127, 0, 0)).kind == Kind::fence);
}

TEST_CASE("operands are taken apart") {
  const Local local = decode_local(std::uint64_t{7} << 48 | std::uint64_t{33} << 32 | 0xe4000005U);
  CHECK(local.rows == 7);
  CHECK(local.cols == 33);
  CHECK(local.accumulator());
  CHECK(local.accumulate());
  CHECK(local.full_width());
  CHECK(local.norm_command() == 1);
  CHECK(local.write_row() == 0x04000005);
  CHECK(local.store_row() == 5);
  CHECK(decode_local(0xffffffffU).none());

  const ConfigLd load = decode_config_ld(0x3f000000'00200000U | 3 << 8 | 2 << 3 | 4 | 1, 640);
  CHECK(load.scale == 0.5F);
  CHECK(load.block_stride == 32);
  CHECK(load.pixel_repeats == 3);
  CHECK(load.channel == 2);
  CHECK(load.shrunk);
  CHECK(load.stride == 640);

  // One bit pattern a field: every field of the pooling store is found where it was put.
  const std::uint64_t pooled = 0x07'06'05'04'03'00'00'00U | 2 << 10 | 1 << 8 | 3 << 6 | 2 << 4 | 1 << 2 | 2;
  const ConfigSt store = decode_config_st(pooled, 0x3f800000'00000123U);
  CHECK(store.activation == Activation::relu);
  CHECK(store.stride == 0x123);
  CHECK(store.scale == 1.0F);
  CHECK(store.pooling.stride == 2);
  CHECK(store.pooling.size == 3);
  CHECK(store.pooling.upper_pad == 1);
  CHECK(store.pooling.left_pad == 2);
  CHECK(store.pooling.out_dim == 3);
  CHECK(store.pooling.out_rows == 4);
  CHECK(store.pooling.out_cols == 5);
  CHECK(store.pooling.rows == 6);
  CHECK(store.pooling.cols == 7);
  CHECK(encode_config_st(store) == pooled);

  const ConfigNorm norm = decode_config_norm(std::uint64_t{9} << 32 | 7U << 16 | 2 << 8 | 3, 0xffffffff'00000005U);
  CHECK(norm.id == 2);
  CHECK(norm.only_id);
  CHECK(norm.softmax);
  CHECK(norm.inverse);
  CHECK(norm.q == 9);
  CHECK(norm.qb == 5);
  CHECK(norm.qc == -1);
}

TEST_CASE("bad parameters are named") {
  const auto text = [](auto change) {
    Accelerator accelerator;
    change(accelerator);
    return problem(accelerator);
  };
  CHECK(problem({}).empty());
  CHECK(text([](Accelerator& a) { a.dim = 12; }) == "dim must be 4, 8, 16 or 32, got 12");
  CHECK(text([](Accelerator& a) { a.scratchpad_rows = 8; }).find("scratchpad_rows must be from") == 0);
  CHECK(text([](Accelerator& a) { a.scratchpad_banks = 3; }).find("scratchpad_banks must divide") == 0);
  CHECK(text([](Accelerator& a) { a.accumulator_banks = 0; }).find("accumulator_banks must divide") == 0);
  CHECK(text([](Accelerator& a) { a.dma_bus_bytes = 24; }).find("dma_bus_bytes must be a power of two") == 0);
  CHECK(text([](Accelerator& a) { a.dma_max_bytes = 8; }).find("dma_max_bytes must be a power of two") == 0);
  ByteMemory memory;
  CHECK_THROWS_AS(Model(Accelerator{.dim = 12}, memory), std::invalid_argument);
}

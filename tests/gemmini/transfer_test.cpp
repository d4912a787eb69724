#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {
constexpr std::uint64_t from = ByteMemory::base + 0x100;
constexpr std::uint64_t to = ByteMemory::base + 0x8000;
}  // namespace

TEST_CASE("a load spreads wide rows over blocks, block stride apart") {
  Rig rig;
  rig.fill(from, 4096);
  done(rig.config_ld(0, 100, 20));
  const Facts facts = done(rig.mvin(0, from, 7, 40, 5));
  for (std::uint32_t r = 0; r < 5; ++r) {
    for (std::uint32_t c = 0; c < 40; ++c) {
      CHECK(rig.scratchpad(7 + r + c / 16 * 20, c % 16) == rig.byte(from + r * 100 + c));
    }
  }
  CHECK(rig.scratchpad(7 + 40, 8) == 0);  // behind column 39
  CHECK(facts.rows == 5);
  CHECK(facts.row_bytes == 40);
  CHECK(facts.writes.first == 7);
  CHECK(facts.writes.end == 7 + 2 * 20 + 5);
  CHECK(rig.model.state().scratchpad.rows_used == 15);
}

TEST_CASE("every channel has a configuration of its own") {
  Rig rig;
  rig.fill(from, 4096);
  done(rig.config_ld(0, 16));
  done(rig.config_ld(1, 32));
  done(rig.config_ld(2, 0));
  for (unsigned id : {0U, 1U, 2U}) done(rig.mvin(id, from, id * 16, 16, 16));
  CHECK(rig.scratchpad(3, 5) == rig.byte(from + 3 * 16 + 5));
  CHECK(rig.scratchpad(16 + 3, 5) == rig.byte(from + 3 * 32 + 5));
  CHECK(rig.scratchpad(32 + 3, 5) == rig.byte(from + 5));
}

TEST_CASE("int8 loads are scaled, zeros are not read") {
  Rig rig;
  for (int i = 0; i < 16; ++i) rig.byte(from + static_cast<std::uint64_t>(i)) = static_cast<std::int8_t>(10 * i - 70);
  done(rig.config_ld(0, 16, 16, 0.25F));
  done(rig.mvin(0, from, 0, 16, 1));
  const int expected[] = {-18, -15, -12, -10, -8, -5, -2, 0, 2, 5, 8, 10, 12, 15, 18, 20};
  for (std::uint32_t c = 0; c < 16; ++c) CHECK(rig.scratchpad(0, c) == expected[c]);

  const Facts facts = done(rig.mvin(0, 0, 0, 12, 1));
  CHECK(rig.scratchpad(0, 11) == 0);
  CHECK(rig.scratchpad(0, 12) == 12);
  CHECK(facts.row_bytes == 0);
  CHECK(facts.requests == 0);
}

TEST_CASE("loads into the accumulator: raw int32, shrunk int8, adding and wrapping") {
  Rig rig;
  for (std::uint64_t c = 0; c < 16; ++c) rig.set_word(from + 4 * c, static_cast<std::int32_t>(c) * -100000);
  done(rig.config_ld(0, 64, 16, 0.5F));
  CHECK(done(rig.mvin(0, from, acc | 3, 16, 1)).row_bytes == 64);
  CHECK(rig.accumulator(3, 7) == -700000);  // 32-bit data is never scaled
  done(rig.mvin(0, from, acc_add | 3, 16, 1));
  CHECK(rig.accumulator(3, 7) == -1400000);

  rig.byte(from) = 9;
  rig.byte(from + 20) = -128;
  done(rig.config_ld(1, 32, 16, 0.5F, true));
  CHECK(done(rig.mvin(1, from, acc | 100, 21, 1)).row_bytes == 21);
  CHECK(rig.accumulator(100, 0) == 4);
  CHECK(rig.accumulator(116, 4) == -64);

  rig.set_word(from, 0x7fffffff);
  done(rig.mvin(0, from, acc | 5, 1, 1));
  done(rig.mvin(0, from, acc_add | 5, 1, 1));
  CHECK(rig.accumulator(5, 0) == -2);
  CHECK(rig.model.state().accumulator.rows_used == 4);
}

TEST_CASE("stores from the scratchpad copy, without scale or activation") {
  Rig rig;
  rig.fill(from, 4096);
  done(rig.config_ld(0, 64, 16));
  done(rig.config_st(80, 1, 0.01F));
  done(rig.mvin(0, from, 0, 64, 16));
  const Facts facts = done(rig.mvout(to, 0, 64, 16));
  for (std::uint64_t r = 0; r < 16; ++r) {
    for (std::uint64_t c = 0; c < 64; ++c) CHECK(rig.byte(to + r * 80 + c) == rig.byte(from + r * 64 + c));
    CHECK(rig.byte(to + r * 80 + 64) == 0);
  }
  CHECK(facts.reads[0].first == 0);
  CHECK(facts.reads[0].end == 64);
}

TEST_CASE("stores from the accumulator scale, round, saturate and apply relu") {
  Rig rig;
  const std::int32_t values[] = {121, -121, 1 << 20, -(1 << 20), 60, -60};
  for (std::uint64_t i = 0; i < 6; ++i) rig.set_word(from + 4 * i, values[i]);
  done(rig.config_ld(0, 64));
  done(rig.mvin(0, from, acc | 0, 6, 1));

  done(rig.config_st(16, 0, (1.0F / 121.0F)));
  done(rig.mvout(to, acc, 6, 1));
  const int plain[] = {2, -2, 127, -128, 0, 0};
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(rig.byte(to + i) == plain[i]);

  done(rig.config_st(16, 1, (1.0F / 121.0F)));
  done(rig.mvout(to, acc_add, 6, 1));  // the accumulate bit means nothing here
  const int rectified[] = {2, 0, 127, 0, 0, 0};
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(rig.byte(to + i) == rectified[i]);

  CHECK(done(rig.mvout(to, acc | full_width, 6, 1)).row_bytes == 24);
  for (std::uint64_t i = 0; i < 6; ++i) CHECK(rig.word(to + 4 * i) == values[i]);
}

TEST_CASE("wide stores take their blocks dim rows apart") {
  Rig rig{Accelerator{.dim = 4, .scratchpad_rows = 64, .accumulator_rows = 64}};
  for (std::uint32_t row = 0; row < 16; ++row) {
    rig.set_word(from + 16 * row, static_cast<std::int32_t>(row));
    done(rig.config_ld(0, 16, 4));
    done(rig.mvin(0, from + 16 * row, acc | row, 1, 1));
  }
  done(rig.config_st(32));
  done(rig.mvout(to, acc, 13, 4));
  for (std::uint64_t r = 0; r < 4; ++r) {
    for (std::uint64_t block = 0; block < 4; ++block) {
      CHECK(rig.byte(to + r * 32 + block * 4) == static_cast<int>(block * 4 + r));
    }
  }
}

TEST_CASE("DMA outside memory is a fault that says where") {
  Rig rig;
  done(rig.config_ld(0, 16));
  done(rig.config_st(16));
  const std::uint64_t end = ByteMemory::base + rig.memory.bytes.size();
  CHECK(rig.mvin(0, end - 32, 0, 16, 2).outcome == Outcome::done);
  const Step load = rig.mvin(0, end - 32, 0, 16, 3);
  CHECK(load.outcome == Outcome::fault);
  CHECK(load.reason == "command 4 (MVIN): DMA read of 16 bytes at 0x20000 is outside memory");
  CHECK(rig.mvout(16, 0, 16, 1).reason == "command 5 (MVOUT): DMA write of 16 bytes at 0x10 is outside memory");
  CHECK(rig.mvin(0, ~std::uint64_t{0} - 3, 0, 16, 1).outcome == Outcome::fault);
}

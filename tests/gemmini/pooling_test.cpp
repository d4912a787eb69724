// Pooled stores, and loads that repeat pixels.

#include <algorithm>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t from = ByteMemory::base + 0x100, to = ByteMemory::base + 0x8000;

Step config_pool(Rig& rig, const Pooling& pooling, std::uint32_t stride, bool relu = false, float scale = 1.0F) {
  const ConfigSt config{
      .activation = relu ? Activation::relu : Activation::none, .pooling = pooling, .stride = stride, .scale = scale};
  return rig.model.execute(0, encode_config_st(config), Rig::bits(scale) | stride);
}

/// A 5 x 4 tile of 16 channels in the accumulator (or scratchpad) from row 10 on.
Rig ready(bool accumulator) {
  Rig rig;
  rig.fill(from, 320);
  done(rig.config_ld(0, 16, 16, 1.0F, true));
  for (std::uint32_t row = 0; row < 20; ++row) {
    done(rig.mvin(0, from + row * 16, (accumulator ? acc : 0) | (10 + row), 16, 1));
  }
  return rig;
}

}  // namespace

TEST_CASE("a pooled store takes maxima of what it would have stored, with zeros around the tile") {
  for (const bool accumulator : {true, false}) {
    for (const bool relu : {true, false}) {
      Rig rig = ready(accumulator);
      const Pooling pool{.stride = 2,
                         .size = 3,
                         .upper_pad = 1,
                         .left_pad = 2,
                         .out_dim = 7,
                         .out_rows = 3,
                         .out_cols = 3,
                         .rows = 5,
                         .cols = 4};
      done(config_pool(rig, pool, 20, relu, 0.5F));
      const Facts facts = done(rig.mvout(to, (accumulator ? acc : 0) | 10, 11, 0));
      for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c) {
          for (std::uint64_t channel = 0; channel < 11; ++channel) {
            int most = -128;
            for (int row = 2 * r - 1; row < 2 * r + 2; ++row) {
              for (int col = 2 * c - 2; col < 2 * c + 1; ++col) {
                if (row < 0 || row >= 5 || col < 0 || col >= 4) {
                  most = std::max(most, 0);
                  continue;
                }
                const int raw = rig.byte(from + static_cast<std::uint64_t>(row * 4 + col) * 16 + channel);
                const int half = scale_to_i8(raw, 0.5F);
                most = std::max(most, !accumulator ? raw : relu ? std::max(half, 0) : half);
              }
            }
            CHECK(rig.byte(to + static_cast<std::uint64_t>(r * 7 + c) * 20 + channel) == most);
          }
          CHECK(rig.byte(to + static_cast<std::uint64_t>(r * 7 + c) * 20 + 11) == 0);
        }
      }
      CHECK(facts.rows == 9);
      CHECK(facts.row_bytes == 11);
      CHECK(facts.reads[0].first == 10);
      CHECK(facts.reads[0].end == 30);
    }
  }
}

TEST_CASE("pooled stores that cannot be are refused") {
  Rig rig = ready(true);
  const Pooling pool{.stride = 1, .size = 1, .out_dim = 2, .out_rows = 2, .out_cols = 2, .rows = 2, .cols = 2};
  done(config_pool(rig, pool, 16));
  done(rig.mvout(to, acc | 10, 16, 0));
  refused(rig.mvout(to, acc | 10, 17, 0), "pooled store of 17 columns is wider than one block = 16");
  refused(rig.mvout(to, acc | 10, 0, 0), "moves nothing");
  refused(rig.mvout(to, acc | full_width | 10, 16, 0), "neither be of 32-bit data nor normalise");
  refused(rig.mvout(to, acc | 1021, 16, 0), "rows 1021 to 1024 run out of the accumulator");
}

TEST_CASE("a load repeats pixels in the rows before") {
  Rig rig;
  rig.fill(from, 100);
  done(rig.config_ld(0, 5, 16, 1.0F, false, 3));
  const Facts facts = done(rig.mvin(0, from, 1, 5, 4));  // rows 1 to 4, repeats in rows 0 to 3
  for (std::uint32_t row = 0; row < 5; ++row) {
    for (std::uint32_t pixel = 0; pixel < 3; ++pixel) {
      for (std::uint32_t c = 0; c < 5; ++c) {
        const std::uint32_t source = row + pixel;  // scratchpad row of the pixel itself
        const int expected = source >= 1 && source <= 4 ? rig.byte(from + (source - 1) * 5 + c) : 0;
        CHECK(rig.scratchpad(row, pixel * 5 + c) == expected);
      }
    }
    CHECK(rig.scratchpad(row, 15) == 0);
  }
  CHECK(facts.writes.first == 0);
  CHECK(facts.writes.end == 5);
  CHECK(facts.row_bytes == 5);
  refused(rig.mvin(0, from, 1, 6, 4), "load of 6 columns, repeated for 3 pixels, is wider than one block = 16");
}

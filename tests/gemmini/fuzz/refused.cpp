// Commands that break one rule, or are on the edge of breaking it.

#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

Command draw_single(Random& random, const State& state) {
  const std::uint32_t dim = state.accelerator.dim;
  const std::uint32_t scratchpad = state.accelerator.scratchpad_rows, accumulator = state.accelerator.accumulator_rows;
  const Kind load = random.pick({Kind::mvin, Kind::mvin2, Kind::mvin3});
  const auto whole = [&](std::uint32_t word) { return Local{.word = word, .cols = dim, .rows = dim}; };
  constexpr Local none{};
  const std::uint64_t there = sources.first;
  switch (random.below(16)) {
    case 0:
      return transfer(load, there, {.word = 0, .cols = 0, .rows = random.below(3)});
    case 1:
      return transfer(load, there, {.word = 0, .cols = dim, .rows = dim + random.from(1, 9)});
    case 2:
      return transfer(load, there, {.word = 0, .cols = 4 * dim + random.from(1, 9), .rows = 1});
    case 3:
      return transfer(load, there, whole(scratchpad - dim + random.from(1, 9)));
    case 4:
      return transfer(load, there, whole(accumulator_bit | (accumulator - dim + random.from(1, 9))));
    case 5:
      return transfer(Kind::mvout, targets.first, {.word = accumulator_bit, .cols = 0, .rows = 1});
    case 6:
      return transfer(Kind::mvout, targets.first, {.word = 0, .cols = 4 * dim + random.from(1, 9), .rows = 1});
    case 7:
      return transfer(Kind::mvout, targets.first, {.word = scratchpad + random.below(9), .cols = 1, .rows = 1});
    case 8:
      return transfer(Kind::mvout, targets.first,
                      {.word = accumulator_bit | full_width_bit, .cols = dim + random.from(1, 9), .rows = 1});
    case 9:
      return array_command(Kind::preload, whole(accumulator_bit), none);
    case 10:
      return array_command(Kind::preload, whole(scratchpad - dim + random.from(1, 9)), none);
    case 11:
      return array_command(Kind::preload, none, {.word = accumulator_bit, .cols = dim + 1, .rows = 1});
    case 12:
      return array_command(Kind::compute_preloaded, whole(accumulator_bit), none);
    case 13:
      return {Kind::config_ld, 3U << 3 | 1U, dim};
    case 14:
      return {Kind::config_ex, random.one_in(2) ? 0x304U : 0x200U, std::uint64_t{1} << 48};
    default:
      return {Kind::config_norm, random.from(4, 255) << 8 | 3U, random.word()};
  }
}

}  // namespace

Commands draw_refused(Random& random, const State& state) {
  const std::uint32_t dim = state.accelerator.dim;
  switch (random.below(24)) {
    case 0:
      return {{Kind::loop_ws_bounds, 0, pack(1, 1, 0, 0)}, {Kind::loop_ws, 0, 0}};
    case 1:
      return {{Kind::loop_ws_bounds, pack(dim, 0, 0, 0), pack(1, 1, 1, 0)}, {Kind::loop_ws, 0, 4}};
    case 2:
      return {{Kind::conv_config_2, 0, pack(0, 1, 1, 1)}, {Kind::loop_conv_ws, 0, 1}};
    default:
      return {draw_single(random, state)};
  }
}

}  // namespace exogene::gemmini::fuzz

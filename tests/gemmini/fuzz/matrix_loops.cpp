// LOOP_WS and what configures it.

#include <algorithm>

#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

struct Side {
  std::uint32_t tiles, pad;
};

/// Flags of LOOP_WS and what the stores around it must know.
struct Flags {
  bool residual, transpose_a, transpose_b, words_c, bytes_d;
  std::uint32_t activation, store_activation;
};

Commands configuration(Random& random, const Flags& flags, const std::uint64_t (&strides)[4], std::uint32_t dim) {
  // The loop's own flags only say where tiles lie; transposing them is up to CONFIG_EX.
  const bool agree = !random.one_in(8);
  Commands commands{config_ex(random, {.weight_stationary = true,
                                       .only_strides = false,
                                       .transpose_a = agree && flags.transpose_a,
                                       .transpose_b = agree && flags.transpose_b,
                                       .activation = random.below(4),
                                       .a_stride = random.one_in(12) ? 0U : 1U,
                                       .c_stride = random.one_in(12) ? 0U : 1U,
                                       .shift = random.below(32)})};
  const bool shrunk[] = {flags.residual, flags.residual, flags.bytes_d};
  for (std::uint32_t channel = 0; channel < 3; ++channel) {
    const std::uint64_t bytes = channel == 2 && !flags.bytes_d ? 4 : 1;
    commands.push_back(config_ld({.channel = channel,
                                  .pixel_repeats = random.below(2),
                                  .block_stride = dim,
                                  .shrunk = shrunk[channel],
                                  .scale = random.one_in(2) ? 1.0F : draw_scale(random),
                                  .stride = strides[channel] * bytes}));
  }
  commands.push_back(config_st({.activation = static_cast<Activation>(flags.store_activation),
                                .pooling = {},
                                .stride = static_cast<std::uint32_t>(strides[3]) * (flags.words_c ? 4 : 1),
                                .scale = draw_scale(random)}));
  return commands;
}

}  // namespace

Commands draw_loop_ws(Random& random, const State& state) {
  const std::uint32_t dim = state.accelerator.dim, most = dim == 32 ? 2 : dim == 16 ? 3 : 6;
  // A loop has half of either memory.
  const std::uint32_t result_tiles = state.accelerator.accumulator_rows / 2 / dim;
  const std::uint32_t operand_tiles = state.accelerator.scratchpad_rows / 2 / dim;
  const auto side = [&](std::uint32_t room) {
    const std::uint32_t tiles = random.from(1, std::min(most, room));
    return Side{tiles, random.one_in(3) ? 0 : random.below(dim)};
  };
  const Side i = side(result_tiles), j = side(result_tiles / i.tiles), k = side(operand_tiles / (i.tiles + j.tiles));
  Flags flags{.residual = random.one_in(6),
              .transpose_a = random.one_in(3),
              .transpose_b = random.one_in(3),
              .words_c = random.one_in(4),
              .bytes_d = random.one_in(2),
              .activation = random.one_in(3) ? random.from(2, 4) : random.below(2),
              .store_activation = random.below(4)};
  if (flags.transpose_a) flags.transpose_b = false;
  if (!random.one_in(4)) flags.store_activation = flags.activation % 4;  // softmax is none and a CONFIG_NORM

  const auto stride = [&](std::uint32_t tiles) { return std::uint64_t{tiles * dim} + random.below(9); };
  const bool residual = flags.residual;
  const std::uint64_t strides[] = {stride(residual            ? j.tiles
                                          : flags.transpose_a ? i.tiles
                                                              : k.tiles),
                                   stride(residual || !flags.transpose_b ? j.tiles : k.tiles), stride(j.tiles),
                                   stride(j.tiles)};
  Commands commands = configuration(random, flags, strides, dim);
  if (random.one_in(2)) commands.push_back(draw_config_norm(random, state));
  if (commands.back().kind == Kind::config_norm && flags.store_activation != 0) {
    commands.back().rs1 &= ~std::uint64_t{1U << 16};  // softmax goes with no other activation
  }

  const auto operand = [&](const Area& area, std::uint64_t row_stride, std::uint64_t bytes) {
    if (random.one_in(8) && !residual) return std::uint64_t{0};  // a sum needs both
    return draw_address(random, area, most * dim, std::uint64_t{most * dim} * bytes, row_stride * bytes);
  };
  const std::uint64_t a = operand(sources, strides[0], 1), b = operand(sources, strides[1], 1);
  const std::uint64_t d = random.one_in(2) ? 0 : operand(sources, strides[2], flags.bytes_d ? 1 : 4);
  const std::uint64_t c = operand(targets, strides[3], flags.words_c ? 4 : 1);
  commands.push_back({Kind::loop_ws_bounds, pack(i.pad, j.pad, k.pad, 0), pack(i.tiles, j.tiles, k.tiles, 0)});
  commands.push_back({Kind::loop_ws_addrs_ab, a, b});
  commands.push_back({Kind::loop_ws_addrs_dc, d, c});
  commands.push_back({Kind::loop_ws_strides_ab, strides[0], strides[1]});
  commands.push_back({Kind::loop_ws_strides_dc, strides[2], strides[3]});
  const std::uint64_t a_half = random.one_in(2) ? 0 : random.below(3), b_half = random.one_in(2) ? 0 : random.below(3);
  const std::uint64_t adds = (d != 0 && !random.one_in(4)) || random.one_in(6) ? 1 : 0;
  const Command loop{
      Kind::loop_ws,
      a_half << 18 | b_half << 16 | flags.activation << 8 | std::uint64_t{flags.bytes_d} << 2 |
          std::uint64_t{flags.words_c} << 1 | adds,
      std::uint64_t{flags.residual} << 2 | std::uint64_t{flags.transpose_b} << 1 | std::uint64_t{flags.transpose_a}};
  commands.push_back(loop);
  if (random.one_in(4)) {  // again, with what the first has left
    if (random.one_in(2) && !residual) commands.push_back({Kind::loop_ws_addrs_ab, 0, 0});
    commands.push_back(loop);
  }
  return commands;
}

}  // namespace exogene::gemmini::fuzz

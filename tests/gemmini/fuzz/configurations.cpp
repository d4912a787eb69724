// CONFIG_EX, CONFIG_LD, CONFIG_ST, CONFIG_NORM.

#include <bit>
#include <cmath>
#include <limits>

#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

std::uint64_t float_bits(float value) {
  return std::uint64_t{std::bit_cast<std::uint32_t>(value)} << 32;
}

std::uint32_t row_stride(Random& random) {
  return random.one_in(4) ? random.from(0, 3) : 1;
}

}  // namespace

float draw_scale(Random& random) {
  const float sign = random.one_in(5) ? -1.0F : 1.0F;
  switch (random.below(6)) {
    case 0:
      return 1.0F;
    case 1:
      return sign * std::ldexp(1.0F, 2 - static_cast<int>(random.below(28)));
    case 2:
    case 3:  // whose products with integers come close to integers
      return sign / static_cast<float>(random.from(1, 300));
    case 4:
      return sign * static_cast<float>(random.from(1, 4000)) / 1000.0F;
    default:
      if (random.one_in(8)) return sign * std::numeric_limits<float>::infinity();
      return std::bit_cast<float>(static_cast<std::uint32_t>(random.word()));
  }
}

Command config_ex(Random& random, const ConfigEx& config) {
  const std::uint64_t flags = std::uint64_t{config.weight_stationary} << 2 | config.activation << 3 |
                              std::uint64_t{config.only_strides} << 7 | std::uint64_t{config.transpose_a} << 8 |
                              std::uint64_t{config.transpose_b} << 9 | std::uint64_t{config.a_stride} << 16;
  return {Kind::config_ex, random.word() << 32 | flags, std::uint64_t{config.c_stride} << 48 | config.shift};
}

Command draw_config_ex(Random& random) {
  ConfigEx config{};
  config.weight_stationary = !random.one_in(3);
  config.only_strides = random.one_in(5);
  config.transpose_a = random.one_in(config.weight_stationary ? 4 : 2);
  config.transpose_b = config.transpose_a != config.weight_stationary && random.one_in(2);
  config.activation = random.below(4);
  config.a_stride = row_stride(random);
  config.c_stride = row_stride(random);
  config.shift = random.one_in(4) ? random.below(32) : random.below(10);
  if (config.only_strides) {  // the rest means nothing then
    config.transpose_a = random.one_in(2);
    config.transpose_b = random.one_in(2);
  }
  return config_ex(random, config);
}

Command config_ld(const ConfigLd& config) {
  return {Kind::config_ld,
          float_bits(config.scale) | std::uint64_t{config.block_stride} << 16 | config.pixel_repeats << 8 |
              config.channel << 3 | std::uint64_t{config.shrunk} << 2 | 1U,
          config.stride};
}

Command draw_config_ld(Random& random, const State& state, std::uint32_t channel) {
  const std::uint32_t dim = state.accelerator.dim;
  ConfigLd config{};
  config.channel = channel;
  config.pixel_repeats = random.one_in(4) ? random.from(0, 4) : 1;
  config.block_stride = random.one_in(2) ? dim : random.one_in(16) ? random.below(65536) : random.below(2 * dim + 2);
  config.shrunk = random.one_in(2);
  config.scale = draw_scale(random);
  config.stride = random.one_in(8) ? 0 : random.below(300);
  if (random.one_in(16)) config.stride = -config.stride;  // upwards in memory: the sum of addresses wraps
  return config_ld(config);
}

Command config_st(const ConfigSt& config) {
  return {Kind::config_st, encode_config_st(config), float_bits(config.scale) | config.stride};
}

Command draw_config_st(Random& random) {
  ConfigSt config{};
  config.activation = static_cast<Activation>(random.below(4));
  config.stride = random.one_in(8) ? 0 : random.below(300);
  config.scale = draw_scale(random);
  if (random.one_in(4)) {
    config.pooling = {.stride = random.from(1, 3),
                      .size = random.from(1, 3),
                      .upper_pad = random.below(4),
                      .left_pad = random.below(4),
                      .out_dim = random.below(9),
                      .out_rows = random.below(5),
                      .out_cols = random.below(5),
                      .rows = random.below(7),
                      .cols = random.below(7)};
  }
  return config_st(config);
}

Command draw_config_norm(Random& random, const State& state) {
  const Activation activation = state.normalisation.activation;
  const bool may_be_softmax = activation == Activation::none || activation == Activation::softmax;
  // Constants of the sizes that programs use, and any.
  const auto constant = [&](std::uint32_t most) {
    if (random.one_in(8)) return static_cast<std::uint32_t>(random.word());
    const std::uint32_t size = random.from(1, most);
    return random.one_in(3) ? -size : size;
  };
  const bool inverse = random.one_in(2);
  const std::uint64_t q = constant(inverse ? 5000 : 500), qb = constant(500), qc = constant(50000);
  const bool only_id = random.one_in(3), softmax = may_be_softmax && random.one_in(2);
  const std::uint64_t flags =
      std::uint64_t{inverse} << 18 | std::uint64_t{only_id} << 17 | std::uint64_t{softmax} << 16;
  return {Kind::config_norm, q << 32 | flags | random.below(4) << 8 | 3U, qc << 32 | qb};
}

}  // namespace exogene::gemmini::fuzz

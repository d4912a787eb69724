// CONFIG_EX, CONFIG_LD, CONFIG_ST, CONFIG_NORM.

#include <bit>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {

void config_ex(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  Executing& executing = machine.executing;
  const bool only_strides = field(rs1, 7, 7) != 0;
  executing.a_stride = field(rs1, 31, 16);
  executing.c_stride = field(rs2, 63, 48);
  if (!only_strides || machine.has(Fault::strides_set_flags)) {
    executing.transpose_a = field(rs1, 8, 8) != 0;
    executing.transpose_b = field(rs1, 9, 9) != 0;
  }
  if (only_strides) return;
  const bool weight_stationary = field(rs1, 2, 2) != 0;
  // Weights are no sums, nor sums weights.
  if (weight_stationary != executing.weight_stationary) machine.held_known = false;
  executing.weight_stationary = weight_stationary;
  executing.relu = field(rs1, 4, 3) == 1;
  executing.shift = field(rs2, 31, 0);
}

void config_ld(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const std::uint32_t repeats = field(rs1, 15, 8);
  machine.channels.at(field(rs1, 4, 3)) = {.shrunk = field(rs1, 2, 2) != 0,
                                           .block_stride = field(rs1, 31, 16),
                                           .repeats = repeats == 0 ? 1 : repeats,
                                           .scale = std::bit_cast<float>(field(rs1, 63, 32)),
                                           .stride = rs2};
}

void config_st(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const std::uint32_t activation = field(rs1, 3, 2);
  machine.storing = {.relu = activation == 1,
                     .pool = {.stride = field(rs1, 5, 4),
                              .size = field(rs1, 7, 6),
                              .upper_pad = field(rs1, 9, 8),
                              .left_pad = field(rs1, 11, 10),
                              .out_dim = field(rs1, 31, 24),
                              .out_rows = field(rs1, 39, 32),
                              .out_cols = field(rs1, 47, 40),
                              .rows = field(rs1, 55, 48),
                              .cols = field(rs1, 63, 56)},
                     .stride = field(rs2, 31, 0),
                     .scale = std::bit_cast<float>(field(rs2, 63, 32))};
  const bool keeps_softmax =
      activation == 0 && machine.normalising.activation == 4 && !machine.has(Fault::softmax_not_kept);
  if (!keeps_softmax) machine.normalising.activation = activation;
}

void config_norm(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  Normalising& normalising = machine.normalising;
  normalising.id = field(rs1, 15, 8);
  if (field(rs1, 17, 17) != 0) return;
  const auto q = static_cast<std::int32_t>(field(rs1, 63, 32));
  (field(rs1, 18, 18) != 0 ? normalising.qln2_inverse : normalising.qln2) = q;
  normalising.activation |= field(rs1, 16, 16) << 2;
  normalising.qb = static_cast<std::int32_t>(field(rs2, 31, 0));
  normalising.qc = static_cast<std::int32_t>(field(rs2, 63, 32));
}

}  // namespace exogene::gemmini::scalar

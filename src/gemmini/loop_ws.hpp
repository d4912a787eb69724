#pragma once

#include "gemmini/accelerator.hpp"
#include "gemmini/hardware_loops.hpp"

namespace exogene::gemmini {

/// Registers of the matrix product loop: C = A * B + D, or with residual C = A + B, in tiles of dim x dim. Strides are
/// in elements. Address 0: no such operand; A and B are then taken from where a loop before left them.
struct LoopWs {
  struct Side {
    std::uint32_t tiles = 0, pad = 0;  ///< pad: rows or columns that the last tile lacks
  };
  Side i, j, k;
  std::uint64_t a = 0, b = 0, c = 0, d = 0;
  std::uint64_t a_stride = 0, b_stride = 0, c_stride = 0, d_stride = 0;
  bool accumulate = false, full_width_c = false, int8_d = false;
  bool transpose_a = false, transpose_b = false, residual = false;
  Activation activation = Activation::none;
  std::uint32_t a_half = 0, b_half = 0;  ///< of the scratchpad: 1 lower, 2 upper, 0 alternating
};

/// Stores the operands of a LOOP_WS command.
void set(LoopWs& loop, Kind kind, std::uint64_t rs1, std::uint64_t rs2);

/// Where a loop keeps its tiles, in rows. A begins and B ends in its half of the scratchpad.
struct LoopWsPlaces {
  std::uint32_t a, b_end, c;
};

/// Sends the commands that the loop stands for. Transfers are up to four blocks wide, except those of 32-bit data.
/// False: a command failed.
bool expand(const LoopWs& loop, const Accelerator& accelerator, const LoopWsPlaces& places, const Send& send);

}  // namespace exogene::gemmini

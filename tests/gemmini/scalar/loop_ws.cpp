// LOOP_WS: a matrix product, or with residual a sum of two matrices, in tiles of dim x dim.

#include <algorithm>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

constexpr std::uint32_t in_accumulator = 1U << 31, adding = 1U << 30, whole_words = 1U << 29;
constexpr std::uint32_t nowhere = 0xffffffffU;

/// One side of the product in tiles, of which the last is shorter by the pad.
struct Side {
  std::uint32_t tiles, pad;
};

struct Loop {
  Side i, j, k;
  std::uint64_t a, b, d, c;  ///< addresses
  std::uint64_t a_stride, b_stride, d_stride, c_stride;
  bool adds, words_c, bytes_d, transpose_a, transpose_b;
  std::uint32_t activation;
  std::uint32_t a_row, b_row, c_row;  ///< where the tiles begin
};

std::uint32_t length(const Machine& machine, const Side& side, std::uint32_t tile) {
  return machine.dim - (tile + 1 == side.tiles ? side.pad : 0);
}

/// Half of a local memory that an operand lies in: told by `id`, or else the next in turn.
std::uint32_t half(std::uint32_t id, bool up, std::uint32_t rows) {
  return id == 2 || (id == 0 && up) ? rows / 2 : 0;
}

Loop decode(const Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const auto& [bounds, ab, dc, strides_ab, strides_dc, conv] = machine.loops;
  const std::uint32_t k_pad = machine.has(Fault::loop_ws_pad_ignored) ? 0 : field(bounds[0], 47, 32);
  Loop loop{.i = {field(bounds[1], 15, 0), field(bounds[0], 15, 0)},
            .j = {field(bounds[1], 31, 16), field(bounds[0], 31, 16)},
            .k = {field(bounds[1], 47, 32), k_pad},
            .a = ab[0],
            .b = ab[1],
            .d = dc[0],
            .c = dc[1],
            .a_stride = strides_ab[0],
            .b_stride = strides_ab[1],
            .d_stride = strides_dc[0],
            .c_stride = strides_dc[1],
            .adds = field(rs1, 0, 0) != 0,
            .words_c = field(rs1, 1, 1) != 0,
            .bytes_d = field(rs1, 2, 2) != 0,
            .transpose_a = field(rs2, 0, 0) != 0,
            .transpose_b = field(rs2, 1, 1) != 0,
            .activation = field(rs1, 10, 8),
            .a_row = half(field(rs1, 19, 18), machine.matmul_operands_up, machine.scratchpad_rows),
            .b_row = half(field(rs1, 17, 16), machine.matmul_operands_up, machine.scratchpad_rows),
            .c_row = half(0, machine.matmul_result_up, machine.accumulator_rows)};
  // B ends where its half does.
  loop.b_row += machine.scratchpad_rows / 2 - loop.k.tiles * loop.j.tiles * machine.dim;
  return loop;
}

std::uint64_t tile_address(const Machine& machine, std::uint64_t start, std::uint64_t stride, std::uint32_t row_tile,
                           std::uint32_t col_tile, std::uint32_t bytes) {
  return start + (row_tile * stride + col_tile) * machine.dim * bytes;
}

Operand tile_of_c(const Machine& machine, const Loop& loop, std::uint32_t i, std::uint32_t j) {
  return {.address = in_accumulator | (loop.c_row + (i * loop.j.tiles + j) * machine.dim),
          .cols = length(machine, loop.j, j),
          .rows = length(machine, loop.i, i)};
}

Operand tile_of_a(const Machine& machine, const Loop& loop, std::uint32_t i, std::uint32_t k) {
  const std::uint32_t tile = loop.transpose_a ? k * loop.i.tiles + i : i * loop.k.tiles + k;
  return {.address = loop.a_row + tile * machine.dim,
          .cols = length(machine, loop.k, k),
          .rows = length(machine, loop.i, i)};
}

Operand tile_of_b(const Machine& machine, const Loop& loop, std::uint32_t k, std::uint32_t j) {
  const std::uint32_t tile = loop.transpose_b ? j * loop.k.tiles + k : k * loop.j.tiles + j;
  return {.address = loop.b_row + tile * machine.dim,
          .cols = length(machine, loop.j, j),
          .rows = length(machine, loop.k, k)};
}

void load_a(Machine& machine, const Loop& loop, std::uint32_t i, std::uint32_t k) {
  Operand tile = tile_of_a(machine, loop, i, k);
  if (loop.transpose_a) std::swap(tile.rows, tile.cols);
  const std::uint32_t row = loop.transpose_a ? k : i, col = loop.transpose_a ? i : k;
  load(machine, 0, tile_address(machine, loop.a, loop.a_stride, row, col, 1), tile);
}

void load_b(Machine& machine, const Loop& loop, std::uint32_t k, std::uint32_t j) {
  Operand tile = tile_of_b(machine, loop, k, j);
  if (loop.transpose_b) std::swap(tile.rows, tile.cols);
  const std::uint32_t row = loop.transpose_b ? j : k, col = loop.transpose_b ? k : j;
  load(machine, 1, tile_address(machine, loop.b, loop.b_stride, row, col, 1), tile);
}

void store_tile(Machine& machine, const Loop& loop, std::uint32_t i, std::uint32_t j) {
  Operand tile = tile_of_c(machine, loop, i, j);
  if (loop.words_c) tile.address |= whole_words;
  store(machine, tile_address(machine, loop.c, loop.c_stride, i, j, loop.words_c ? 4 : 1), tile);
}

/// Rows of tiles (i, all j) through the norm commands and into memory, four rows at a time: one a set of statistics.
void store_normalised(Machine& machine, const Loop& loop, std::uint32_t i) {
  constexpr std::uint32_t passes[2][3][2] = {{{1, 2}, {3, 4}, {0, 0}}, {{5, 5}, {6, 7}, {0, 0}}};
  const std::uint32_t rows = length(machine, loop.i, i);
  for (std::uint32_t first = 0; first < rows; first += 4) {
    for (const auto& commands : passes[loop.activation == 4 ? 1 : 0]) {
      for (std::uint32_t r = first; r < std::min(first + 4, rows); ++r) {
        config_norm(machine, std::uint64_t{1} << 17 | (r - first) << 8, 0);
        for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
          Operand row = tile_of_c(machine, loop, i, j);
          row.address = (row.address + r) | commands[j + 1 == loop.j.tiles ? 1 : 0] << 26;
          if (loop.words_c) row.address |= whole_words;
          row.rows = 1;
          const std::uint32_t bytes = loop.words_c ? 4 : 1;
          store(machine, tile_address(machine, loop.c, loop.c_stride, i, j, bytes) + r * loop.c_stride * bytes, row);
        }
      }
    }
  }
}

void multiply_tile(Machine& machine, const Loop& loop, std::uint32_t i, std::uint32_t j, std::uint32_t k) {
  Operand b = tile_of_b(machine, loop, k, j), c = tile_of_c(machine, loop, i, j);
  const bool overwrites = k == 0 && !loop.adds && !machine.has(Fault::loop_ws_first_adds);
  if (!overwrites) c.address |= adding;
  if (i > 0) b.address = nowhere;
  preload(machine, b, c);
  const Operand no_d{.address = nowhere, .cols = machine.dim, .rows = machine.dim};
  compute(machine, i == 0, tile_of_a(machine, loop, i, k), no_d);
}

void multiply(Machine& machine, const Loop& loop) {
  const bool normalises = loop.activation == 2 || loop.activation == 4;
  for (std::uint32_t i = 0; i < loop.i.tiles && loop.d != 0; ++i) {
    for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
      const std::uint64_t address = tile_address(machine, loop.d, loop.d_stride, i, j, loop.bytes_d ? 1 : 4);
      load(machine, 2, address, tile_of_c(machine, loop, i, j));
    }
  }
  for (std::uint32_t k = 0; k < loop.k.tiles; ++k) {
    for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
      for (std::uint32_t i = 0; i < loop.i.tiles; ++i) {
        if (j == 0 && loop.a != 0) load_a(machine, loop, i, k);
        if (i == 0 && loop.b != 0) load_b(machine, loop, k, j);
        multiply_tile(machine, loop, i, j, k);
        if (k + 1 < loop.k.tiles || loop.c == 0) continue;
        if (!normalises) {
          store_tile(machine, loop, i, j);
        } else if (j + 1 == loop.j.tiles) {
          store_normalised(machine, loop, i);
        }
      }
    }
  }
}

void add(Machine& machine, const Loop& loop) {
  for (std::uint32_t i = 0; i < loop.i.tiles; ++i) {
    for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
      Operand tile = tile_of_c(machine, loop, i, j);
      load(machine, 0, tile_address(machine, loop.a, loop.a_stride, i, j, 1), tile);
      if (!machine.has(Fault::loop_ws_residual_overwrites)) tile.address |= adding;
      load(machine, 1, tile_address(machine, loop.b, loop.b_stride, i, j, 1), tile);
      if (loop.c != 0) store_tile(machine, loop, i, j);
    }
  }
}

}  // namespace

void loop_ws(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const Loop loop = decode(machine, rs1, rs2);
  if (field(rs2, 2, 2) != 0) {
    add(machine, loop);
  } else {
    multiply(machine, loop);
  }
  machine.matmul_operands_up = !machine.matmul_operands_up;
  if (loop.c != 0 && !machine.has(Fault::loop_ws_same_half)) machine.matmul_result_up = !machine.matmul_result_up;
}

}  // namespace exogene::gemmini::scalar

#include "gemmini/loop_ws.hpp"

#include <algorithm>
#include <array>

namespace exogene::gemmini {
namespace {

constexpr std::uint32_t widest = 4;  // blocks of one transfer
constexpr std::uint32_t statistics_sets = 4;

struct Expansion {
  const LoopWs& loop;
  std::uint32_t dim;
  LoopWsPlaces places;
  const Send& send;

  /// Elements in `tiles` tiles from `first` on.
  std::uint32_t extent(const LoopWs::Side& side, std::uint32_t first, std::uint32_t tiles = 1) const {
    return tiles * dim - (first + tiles == side.tiles ? side.pad : 0);
  }
  static std::uint32_t width(const LoopWs::Side& side, std::uint32_t first, std::uint32_t most) {
    return std::min(most, side.tiles - first);
  }
  std::uint64_t address(std::uint64_t base, std::uint64_t stride, std::uint32_t row, std::uint32_t col,
                        std::uint32_t bytes) const {
    return base + (std::uint64_t{row} * stride + col) * dim * bytes;
  }

  std::uint32_t a_row(std::uint32_t i, std::uint32_t k) const {
    return places.a + (loop.transpose_a ? k * loop.i.tiles + i : i * loop.k.tiles + k) * dim;
  }
  std::uint32_t b_row(std::uint32_t k, std::uint32_t j) const {
    const std::uint32_t start = places.b_end - loop.k.tiles * loop.j.tiles * dim;
    return start + (loop.transpose_b ? j * loop.k.tiles + k : k * loop.j.tiles + j) * dim;
  }
  std::uint32_t c_row(std::uint32_t i, std::uint32_t j) const { return places.c + (i * loop.j.tiles + j) * dim; }

  /// `tiles` tiles of a row of tiles.
  bool load(Kind kind, std::uint64_t from, std::uint32_t to, std::uint32_t cols, std::uint32_t rows) const {
    return send(transfer(kind, from, {to, cols, rows}));
  }

  bool load_d() const {
    const std::uint32_t most = loop.int8_d ? widest : 1;
    for (std::uint32_t i = 0; i < loop.i.tiles; ++i) {
      for (std::uint32_t j = 0; j < loop.j.tiles; j += most) {
        const std::uint64_t from = address(loop.d, loop.d_stride, i, j, loop.int8_d ? 1 : 4);
        const std::uint32_t cols = extent(loop.j, j, width(loop.j, j, most));
        if (!load(Kind::mvin3, from, accumulator_bit | c_row(i, j), cols, extent(loop.i, i))) return false;
      }
    }
    return true;
  }

  bool load_a(std::uint32_t i, std::uint32_t k) const {
    const auto& [row, col] = loop.transpose_a ? std::pair(k, i) : std::pair(i, k);
    const auto& [rows, cols] = loop.transpose_a ? std::pair(loop.k, loop.i) : std::pair(loop.i, loop.k);
    if (loop.a == 0 || col % widest != 0) return true;
    return load(Kind::mvin, address(loop.a, loop.a_stride, row, col, 1), a_row(i, k),
                extent(cols, col, width(cols, col, widest)), extent(rows, row));
  }

  bool load_b(std::uint32_t k, std::uint32_t j) const {
    const auto& [row, col] = loop.transpose_b ? std::pair(j, k) : std::pair(k, j);
    const auto& [rows, cols] = loop.transpose_b ? std::pair(loop.j, loop.k) : std::pair(loop.k, loop.j);
    if (loop.b == 0 || col % widest != 0) return true;
    return load(Kind::mvin2, address(loop.b, loop.b_stride, row, col, 1), b_row(k, j),
                extent(cols, col, width(cols, col, widest)), extent(rows, row));
  }

  bool multiply(std::uint32_t i, std::uint32_t j, std::uint32_t k) const {
    const std::uint32_t rows = extent(loop.i, i), cols = extent(loop.j, j), inner = extent(loop.k, k);
    const bool adds = k > 0 || loop.accumulate;
    const std::uint32_t to = accumulator_bit | (adds ? accumulate_bit : 0) | c_row(i, j);
    const std::uint32_t weights = i == 0 ? b_row(k, j) : no_operand;
    const Kind compute = i == 0 ? Kind::compute_preloaded : Kind::compute_accumulated;
    return send(array_command(Kind::preload, {weights, cols, inner}, {to, cols, rows})) &&
           send(array_command(compute, {a_row(i, k), inner, rows}, {no_operand, dim, dim}));
  }

  bool store(std::uint32_t i, std::uint32_t j, std::uint32_t tiles) const {
    const std::uint64_t to = address(loop.c, loop.c_stride, i, j, loop.full_width_c ? 4 : 1);
    const std::uint32_t from = accumulator_bit | (loop.full_width_c ? full_width_bit : 0) | c_row(i, j);
    return send(transfer(Kind::mvout, to, {from, extent(loop.j, j, tiles), extent(loop.i, i)}));
  }

  /// Stores what ends with tile (i, j), if anything: the tiles of up to four blocks.
  bool store_up_to(std::uint32_t i, std::uint32_t j) const {
    const std::uint32_t most = loop.full_width_c ? 1 : widest;
    if (j % most != most - 1 && j + 1 != loop.j.tiles) return true;
    const std::uint32_t first = j / most * most;
    return store(i, first, j - first + 1);
  }

  /// A row of tiles, line by line: passes over the statistics of four lines, and then the stores.
  bool store_normalised(std::uint32_t i) const {
    using Pass = std::pair<std::uint32_t, std::uint32_t>;  // norm command of all tiles but the last, of the last
    static constexpr std::array<Pass, 3> layernorm = {{{1, 2}, {3, 4}, {0, 0}}};
    static constexpr std::array<Pass, 3> softmax = {{{5, 5}, {6, 7}, {0, 0}}};
    const std::uint32_t rows = extent(loop.i, i);
    for (std::uint32_t first = 0; first < rows; first += statistics_sets) {
      for (const auto& [command, last] : loop.activation == Activation::layernorm ? layernorm : softmax) {
        for (std::uint32_t row = first; row < std::min(first + statistics_sets, rows); ++row) {
          const std::uint64_t set_id = 3 | (row - first) << 8 | 1U << 17;
          if (!send({Kind::config_norm, set_id, 0})) return false;
          for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
            const std::uint32_t bytes = loop.full_width_c ? 4 : 1;
            const std::uint32_t norm = (j + 1 == loop.j.tiles ? last : command) << 26;
            const std::uint32_t from =
                accumulator_bit | (loop.full_width_c ? full_width_bit : 0) | norm | (c_row(i, j) + row);
            const std::uint64_t to = address(loop.c, loop.c_stride, i, j, bytes) + row * loop.c_stride * bytes;
            if (!send(transfer(Kind::mvout, to, {from, extent(loop.j, j), 1}))) return false;
          }
        }
      }
    }
    return true;
  }

  bool product() const {
    if (loop.d != 0 && !load_d()) return false;
    const bool normalises = loop.activation == Activation::layernorm || loop.activation == Activation::softmax;
    for (std::uint32_t k = 0; k < loop.k.tiles; ++k) {
      for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
        for (std::uint32_t i = 0; i < loop.i.tiles; ++i) {
          if (i == 0 && !load_b(k, j)) return false;
          if (j == 0 && !load_a(i, k)) return false;
          if (!multiply(i, j, k)) return false;
          if (k + 1 != loop.k.tiles || loop.c == 0) continue;
          if (!normalises && !store_up_to(i, j)) return false;
          if (normalises && j + 1 == loop.j.tiles && !store_normalised(i)) return false;
        }
      }
    }
    return true;
  }

  bool residual_sum() const {
    for (std::uint32_t i = 0; i < loop.i.tiles; ++i) {
      for (std::uint32_t j = 0; j < loop.j.tiles; ++j) {
        const std::uint32_t to = accumulator_bit | c_row(i, j), cols = extent(loop.j, j), rows = extent(loop.i, i);
        if (!load(Kind::mvin, address(loop.a, loop.a_stride, i, j, 1), to, cols, rows)) return false;
        if (!load(Kind::mvin2, address(loop.b, loop.b_stride, i, j, 1), to | accumulate_bit, cols, rows)) return false;
        if (loop.c != 0 && !store(i, j, 1)) return false;
      }
    }
    return true;
  }
};

}  // namespace

void set(LoopWs& loop, Kind kind, std::uint64_t rs1, std::uint64_t rs2) {
  switch (kind) {
    case Kind::loop_ws_bounds:
      loop.i = {.tiles = bits(rs2, 15, 0), .pad = bits(rs1, 15, 0)};
      loop.j = {.tiles = bits(rs2, 31, 16), .pad = bits(rs1, 31, 16)};
      loop.k = {.tiles = bits(rs2, 47, 32), .pad = bits(rs1, 47, 32)};
      break;
    case Kind::loop_ws_addrs_ab:
      loop.a = rs1, loop.b = rs2;
      break;
    case Kind::loop_ws_addrs_dc:
      loop.d = rs1, loop.c = rs2;
      break;
    case Kind::loop_ws_strides_ab:
      loop.a_stride = rs1, loop.b_stride = rs2;
      break;
    case Kind::loop_ws_strides_dc:
      loop.d_stride = rs1, loop.c_stride = rs2;
      break;
    default:  // LOOP_WS
      loop.accumulate = bits(rs1, 0, 0) != 0;
      loop.full_width_c = bits(rs1, 1, 1) != 0;
      loop.int8_d = bits(rs1, 2, 2) != 0;
      loop.activation = static_cast<Activation>(bits(rs1, 10, 8));
      loop.b_half = bits(rs1, 17, 16);
      loop.a_half = bits(rs1, 19, 18);
      loop.transpose_a = bits(rs2, 0, 0) != 0;
      loop.transpose_b = bits(rs2, 1, 1) != 0;
      loop.residual = bits(rs2, 2, 2) != 0;
  }
}

bool expand(const LoopWs& loop, const Accelerator& accelerator, const LoopWsPlaces& places, const Send& send) {
  const Expansion expansion{.loop = loop, .dim = accelerator.dim, .places = places, .send = send};
  return loop.residual ? expansion.residual_sum() : expansion.product();
}

}  // namespace exogene::gemmini

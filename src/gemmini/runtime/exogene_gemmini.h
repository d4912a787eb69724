/* Gemmini commands for generated kernels, and the scalar arithmetic that goes with them. Needs no library.
 *
 * A local address is a ROW number: a scratchpad row holds dim int8, an accumulator row dim int32. Accumulator rows are
 * or-ed with GEMMINI_ACC (overwrite) or GEMMINI_ACCUMULATE (add); stores of raw int32 with GEMMINI_FULL_WIDTH as well.
 * Memory addresses may be pointers or integers; sizes are columns first, then rows. */
#ifndef EXOGENE_GEMMINI_H
#define EXOGENE_GEMMINI_H

#include "gemmini_command.h"

#define GEMMINI_ACC 0x80000000u
#define GEMMINI_ACCUMULATE 0xC0000000u
#define GEMMINI_FULL_WIDTH 0x20000000u
#define GEMMINI_NONE 0xffffffffu /* no operand; as B of a preload: keep the weights */

#define GEMMINI_NO_ACTIVATION 0
#define GEMMINI_RELU 1

/* Weights stationary, no activation, no shift, no transposes, strides of one row, or that many from row to row of A. */
#define gemmini_config_ex() gemmini_config_ex_strided(1)
#define gemmini_config_ex_strided(a_stride) \
  GEMMINI_COMMAND(0, gemmini_float_bits(1.0f) | ((uint64_t)(a_stride) << 16) | (UINT64_C(1) << 2), UINT64_C(1) << 48)

/* Load channel `id` (0: mvin, 1: mvin2, 2: mvin3): bytes from row to row in memory, rows from block to block in local
 * memory, factor for int8 data, and whether data for the accumulator is int8 in memory. */
#define gemmini_config_ld(id, stride, block_stride, scale, shrunk)                                                \
  GEMMINI_COMMAND(0,                                                                                              \
                  gemmini_float_bits(scale) | ((uint64_t)(block_stride) << 16) | (UINT64_C(1) << 8) |             \
                      ((uint64_t)(id) << 3) | ((uint64_t)(shrunk) << 2) | UINT64_C(1),                            \
                  stride)

/* Stores: bytes from row to row in memory, GEMMINI_NO_ACTIVATION or GEMMINI_RELU, factor from int32 to int8. */
#define gemmini_config_st(stride, act, scale) \
  GEMMINI_COMMAND(0, ((uint64_t)(act) << 2) | UINT64_C(2), gemmini_float_bits(scale) | (uint64_t)(uint32_t)(stride))

/* Memory to local memory; dram 0 loads zeros. */
#define gemmini_mvin(dram, local, cols, rows) GEMMINI_COMMAND(2, dram, GEMMINI_LOCAL(local, cols, rows))
#define gemmini_mvin2(dram, local, cols, rows) GEMMINI_COMMAND(1, dram, GEMMINI_LOCAL(local, cols, rows))
#define gemmini_mvin3(dram, local, cols, rows) GEMMINI_COMMAND(14, dram, GEMMINI_LOCAL(local, cols, rows))

/* Local memory to memory. */
#define gemmini_mvout(dram, local, cols, rows) GEMMINI_COMMAND(3, dram, GEMMINI_LOCAL(local, cols, rows))

/* C = A * B + D: the preload names B (or GEMMINI_NONE) and C, the compute behind it A and D (or GEMMINI_NONE). After a
 * preload of new weights comes gemmini_compute_preloaded, after one that keeps them gemmini_compute_accumulated. */
#define gemmini_preload(b, c, b_cols, b_rows, c_cols, c_rows) \
  GEMMINI_COMMAND(6, GEMMINI_LOCAL(b, b_cols, b_rows), GEMMINI_LOCAL(c, c_cols, c_rows))
#define gemmini_compute_preloaded(a, bd, a_cols, a_rows, bd_cols, bd_rows) \
  GEMMINI_COMMAND(4, GEMMINI_LOCAL(a, a_cols, a_rows), GEMMINI_LOCAL(bd, bd_cols, bd_rows))
#define gemmini_compute_accumulated(a, bd, a_cols, a_rows, bd_cols, bd_rows) \
  GEMMINI_COMMAND(5, GEMMINI_LOCAL(a, a_cols, a_rows), GEMMINI_LOCAL(bd, bd_cols, bd_rows))

/* The same for blocks that may reach past the edge of a matrix: `cols` and `rows` of it are left from the start of the
 * block on, which may be more than the block has, or none; what is outside takes no part. */
static inline uint64_t gemmini_least(int64_t left, int64_t most) { return (uint64_t)(left < most ? left : most); }

#define GEMMINI_TAIL_MOVE(move, dram, local, cols, rows, most_cols, most_rows)                               \
  do {                                                                                                       \
    if ((cols) > 0 && (rows) > 0) move(dram, local, gemmini_least(cols, most_cols), gemmini_least(rows, most_rows)); \
  } while (0)

#define gemmini_tail_mvin(dram, local, cols, rows, dim) \
  GEMMINI_TAIL_MOVE(gemmini_mvin, dram, local, cols, rows, dim, dim)
#define gemmini_tail_mvin2(dram, local, cols, rows, dim, most_cols) \
  GEMMINI_TAIL_MOVE(gemmini_mvin2, dram, local, cols, rows, most_cols, dim)
#define gemmini_tail_mvin3(dram, local, cols, rows, dim, most_cols) \
  GEMMINI_TAIL_MOVE(gemmini_mvin3, dram, local, cols, rows, most_cols, dim)
#define gemmini_tail_mvout(dram, local, cols, rows, dim) \
  GEMMINI_TAIL_MOVE(gemmini_mvout, dram, local, cols, rows, dim, dim)

/* C += A * B of at most dim rows and columns, and at most dim products an element. */
static inline void gemmini_tail_matmul(uint32_t a, uint32_t b, uint32_t c, int64_t rows, int64_t cols, int64_t depth,
                                       int64_t dim) {
  if (rows <= 0 || cols <= 0 || depth <= 0) return;
  const uint64_t n = gemmini_least(rows, dim), m = gemmini_least(cols, dim), k = gemmini_least(depth, dim);
  gemmini_preload(b, c | GEMMINI_ACCUMULATE, m, k, m, n);
  gemmini_compute_preloaded(a, GEMMINI_NONE, k, n, dim, dim);
}

/* The same for rows of A that are neighbouring output pixels of a convolution: of an image row of `width` pixels, if it is
 * `inside` the image. What lies outside takes no part. */

/* Loads from the pixel `top` of the row on, which may be outside: `rows` pixels at most. `dram` is pixel 0. */
static inline void gemmini_strip_mvin2(const int8_t* dram, int64_t pixel_bytes, uint32_t local, int inside, int64_t top,
                                       int64_t width, int64_t cols, int64_t rows, int64_t dim, int64_t most_cols) {
  const int64_t first = top < 0 ? -top : 0;
  const int64_t most = rows < dim ? rows : dim, end = width - top < most ? width - top : most;
  if (!inside || end <= first || cols <= 0) return;
  gemmini_mvin2(dram + (top + first) * pixel_bytes, local + first, gemmini_least(cols, most_cols), end - first);
}

/* As gemmini_tail_matmul; row i of A is the pixel left + stride * i of the image row. */
static inline void gemmini_strip_matmul(uint32_t a, uint32_t b, uint32_t c, int inside, int64_t left, int64_t width,
                                        int64_t rows, int64_t cols, int64_t depth, int64_t stride, int64_t dim) {
  const int64_t first = left < 0 ? (stride - 1 - left) / stride : 0;
  const int64_t most = rows < dim ? rows : dim, last = width > left ? (width - left + stride - 1) / stride : 0;
  const int64_t end = last < most ? last : most;
  if (!inside) return;
  gemmini_tail_matmul(a + stride * first, b, c + first, end - first, cols, depth, dim);
}

#define gemmini_flush() GEMMINI_COMMAND(7, 0, 0)

static inline int8_t gemmini_relu_i8(int8_t value) { return value < 0 ? 0 : value; }

#endif

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

/* Weights stationary, no activation, no shift, no transposes, strides of one row. */
#define gemmini_config_ex() \
  GEMMINI_COMMAND(0, gemmini_float_bits(1.0f) | (UINT64_C(1) << 16) | (UINT64_C(1) << 2), UINT64_C(1) << 48)

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

#define gemmini_flush() GEMMINI_COMMAND(7, 0, 0)

static inline int8_t gemmini_relu_i8(int8_t value) { return value < 0 ? 0 : value; }

#endif

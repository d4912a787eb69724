/* Gemmini instructions for generated kernels (freestanding RV64). Local addresses are row numbers with the flag bits
 * below; operands are packed as [31:0] address, [47:32] columns, [63:48] rows. */
#ifndef EXOGENE_GEMMINI_H
#define EXOGENE_GEMMINI_H
#include <stdint.h>

#define GEMMINI_ACC 0x80000000u        /* accumulator, overwrite */
#define GEMMINI_ACCUMULATE 0xc0000000u /* accumulator, add */
#define GEMMINI_FULL_WIDTH 0x20000000u /* store int32 instead of scaled int8 */
#define GEMMINI_NONE 0xffffffffu       /* no operand; as preload source: keep the weights */

#if defined(__riscv)
#define GEMMINI_COMMAND(funct, x, y) \
  __asm__ volatile(".insn r 0x7b, 3, " #funct ", x0, %0, %1" : : "r"((uint64_t)(x)), "r"((uint64_t)(y)) : "memory")
#define GEMMINI_OPERAND(address, cols, rows) \
  (((uint64_t)(rows) << 48) | ((uint64_t)(cols) << 32) | (uint64_t)(uint32_t)(address))

static inline uint64_t gemmini_float_bits(float value) {
  union {
    float value;
    uint32_t bits;
  } both = {value};
  return both.bits;
}

/* weight stationary, no activation, no transposes, A and C strides of one row */
#define gemmini_config_ex() \
  GEMMINI_COMMAND(0, (gemmini_float_bits(1.0f) << 32) | (1u << 16) | (1u << 2), (uint64_t)1 << 48)
#define gemmini_config_ld(id, stride, block_stride, scale, shrunk)                                            \
  GEMMINI_COMMAND(0,                                                                                          \
                  (gemmini_float_bits(scale) << 32) | ((uint64_t)(block_stride) << 16) | (1u << 8) |          \
                      ((uint64_t)(id) << 3) | ((uint64_t)(shrunk) << 2) | 1u,                                 \
                  stride)
#define gemmini_config_st(stride, act, scale) \
  GEMMINI_COMMAND(0, ((uint64_t)(act) << 2) | 2u, (gemmini_float_bits(scale) << 32) | (uint32_t)(stride))
#define gemmini_mvin(dram, local, cols, rows) GEMMINI_COMMAND(2, (uintptr_t)(dram), GEMMINI_OPERAND(local, cols, rows))
#define gemmini_mvin2(dram, local, cols, rows) GEMMINI_COMMAND(1, (uintptr_t)(dram), GEMMINI_OPERAND(local, cols, rows))
#define gemmini_mvin3(dram, local, cols, rows) GEMMINI_COMMAND(14, (uintptr_t)(dram), GEMMINI_OPERAND(local, cols, rows))
#define gemmini_mvout(dram, local, cols, rows) GEMMINI_COMMAND(3, (uintptr_t)(dram), GEMMINI_OPERAND(local, cols, rows))
#define gemmini_preload(b, c, b_cols, b_rows, c_cols, c_rows) \
  GEMMINI_COMMAND(6, GEMMINI_OPERAND(b, b_cols, b_rows), GEMMINI_OPERAND(c, c_cols, c_rows))
#define gemmini_compute_preloaded(a, d, a_cols, a_rows, d_cols, d_rows) \
  GEMMINI_COMMAND(4, GEMMINI_OPERAND(a, a_cols, a_rows), GEMMINI_OPERAND(d, d_cols, d_rows))
#define gemmini_compute_accumulated(a, d, a_cols, a_rows, d_cols, d_rows) \
  GEMMINI_COMMAND(5, GEMMINI_OPERAND(a, a_cols, a_rows), GEMMINI_OPERAND(d, d_cols, d_rows))
#define gemmini_flush() GEMMINI_COMMAND(7, 0, 0)
#define gemmini_fence() __asm__ volatile("fence" : : : "memory")
#endif

/* int8 of `value * scale` as the store path rounds it: one float32 product, truncated after a float32 step of 1 away
 * from zero when the fraction is above one half, or when it is one half and the truncated value is odd. Needs
 * -ffp-contract=off. Anything outside int8 saturates; |value * scale| must be below 2^63. */
static inline int8_t gemmini_scale_i8(int32_t value, float scale) {
  const float product = (float)value * scale;
  const int64_t down = (int64_t)product;
  const int64_t away = (int64_t)(product < 0 ? product - 1.0f : product + 1.0f);
  float fraction = product - (float)down;
  if (fraction < 0) fraction = -fraction;
  const int64_t rounded = fraction < 0.5f ? down : fraction > 0.5f ? away : (down & 1) ? away : down;
  return (int8_t)(rounded < -128 ? -128 : rounded > 127 ? 127 : rounded);
}

static inline int8_t gemmini_relu_i8(int8_t value) { return value < 0 ? 0 : value; }

#endif

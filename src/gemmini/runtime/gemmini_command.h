/* What every header of Gemmini commands needs: the instruction, its operands, and the rounding of its stores. */
#ifndef EXOGENE_GEMMINI_COMMAND_H
#define EXOGENE_GEMMINI_COMMAND_H

#include <stdint.h>

#define GEMMINI_COMMAND(funct, rs1, rs2)                          \
  __asm__ volatile(".insn r 0x7b, 3, " #funct ", x0, %0, %1"      \
                   :                                              \
                   : "r"((uint64_t)(rs1)), "r"((uint64_t)(rs2))   \
                   : "memory")

/* An operand in local memory: rows[63:48] columns[47:32] address[31:0]. */
#define GEMMINI_LOCAL(local, cols, rows) \
  (((uint64_t)(rows) << 48) | ((uint64_t)(cols) << 32) | (uint64_t)(uint32_t)(uint64_t)(local))

static inline uint64_t gemmini_float_bits(float value) {
  union {
    float value;
    uint32_t bits;
  } both = {value};
  return (uint64_t)both.bits << 32;
}

/* Waits until the accelerator is done and its stores are in memory. */
#define gemmini_fence() __asm__ volatile("fence" : : : "memory")

/* value * scale, rounded and saturated exactly as a store from the accumulator does it: to nearest, ties to even, with
 * the neighbour found by a float addition of one. Compile with -ffp-contract=off. */
static inline int8_t gemmini_scale_i8(int32_t value, float scale) {
  const float product = (float)value * scale;
  if (!(product < 9223372036854775808.0f)) return -128; /* also not a number */
  if (product >= 128.0f) return 127;
  if (product <= -129.0f) return -128;
  const int32_t truncated = (int32_t)product;
  const int32_t next = (int32_t)(product < 0.0f ? product - 1.0f : product + 1.0f);
  const float difference = product - (float)truncated;
  const float rest = difference < 0.0f ? -difference : difference;
  const int32_t rounded = rest > 0.5f || (rest == 0.5f && (truncated & 1)) ? next : truncated;
  return (int8_t)(rounded < -128 ? -128 : rounded > 127 ? 127 : rounded);
}

#endif

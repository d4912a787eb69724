/* For the stock simulator: multiplies two blocks, compares with plain loops and reports by the exit code: 0 right, 1 wrong.
 * BREAK_RULE sends a command that the hardware could not execute. */
#include "exogene_gemmini.h"

volatile uint64_t tohost __attribute__((section(".data"), aligned(64)));
volatile uint64_t fromhost __attribute__((section(".data"), aligned(64)));

static int8_t a[16][16], b[16][16], c[16][16];

void kernel(void) {
  for (int i = 0; i < 256; ++i) {
    a[i / 16][i % 16] = (int8_t)(i * 37 + 11);
    b[i / 16][i % 16] = (int8_t)(i * 101 - 5);
  }
  gemmini_config_ex();
  gemmini_config_ld(0, 16, 16, 1.0f, 0);
  gemmini_config_st(16, GEMMINI_NO_ACTIVATION, 0.003f);
#ifdef BREAK_RULE
  gemmini_mvin(a, 0, 16, 17);
#endif
  gemmini_mvin(a, 0, 16, 16);
  gemmini_mvin(b, 16, 16, 16);
  gemmini_preload(16, GEMMINI_ACC, 16, 16, 16, 16);
  gemmini_compute_preloaded(0, GEMMINI_NONE, 16, 16, 16, 16);
  gemmini_mvout(c, GEMMINI_ACC, 16, 16);
  gemmini_fence();
  uint64_t wrong = 0;
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      int32_t sum = WRONG;
      for (int k = 0; k < 16; ++k) sum += a[i][k] * b[k][j];
      if (c[i][j] != gemmini_scale_i8(sum, 0.003f)) wrong = 1;
    }
  tohost = wrong << 1 | 1;
  for (;;) {
  }
}

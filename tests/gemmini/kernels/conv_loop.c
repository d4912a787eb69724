/* A whole convolution as one hardware loop: SIDE x SIDE pixels of IC channels, 3 x 3 windows, OC channels out, one row of
 * padding on every side, bias. */
#include "exogene_gemmini.h"

#define SIDE 9
#define IC 18
#define OC 20
#define FIELDS(w3, w2, w1, w0) ((uint64_t)(w3) << 48 | (uint64_t)(w2) << 32 | (uint64_t)(w1) << 16 | (uint64_t)(w0))

void kernel(const int8_t* x, const int8_t* w, const int32_t* bias, int8_t* y) {
  gemmini_config_ex();
  gemmini_config_st(OC, GEMMINI_NO_ACTIVATION, SCALE);
  GEMMINI_COMMAND(16, FIELDS(OC, IC, SIDE, 1), FIELDS(1 << 8 | 1, SIDE, 0, SIDE));
  GEMMINI_COMMAND(17, FIELDS(3, 0, 0, 0), FIELDS(1, 0, 0, OC));
  GEMMINI_COMMAND(18, FIELDS(3, 3, IC, 1), FIELDS(1, 1, 1 << 8, SIDE));
  GEMMINI_COMMAND(19, FIELDS(SIDE, 0, 0, 1), FIELDS(IC, OC, OC, SIDE));
  GEMMINI_COMMAND(20, w, y);
  GEMMINI_COMMAND(21, bias, x);
  GEMMINI_COMMAND(15, 0, 1);
  gemmini_fence();
}

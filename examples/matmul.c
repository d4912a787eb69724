/* C = relu(scale * (A * B + bias)) on the loop that Gemmini has for matrix products, checked against plain C. */
#include <gemmini.h>

#include "host.h"

#ifndef BREAK
#define BREAK 0 /* 1: compares with wrong values, to see that the check can fail */
#endif

#define I 100
#define J 70
#define K 150
#define SCALE 0.0013f

/* Tiles of DIM x DIM that one loop takes of each side. A and B get half the scratchpad, C half the accumulator. */
#define TILES_I 4
#define TILES_J 4
#define TILES_K 8

static elem_t A[I][K], B[K][J], C[I][J];
static acc_t bias[J]; /* of each column */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t tiles(size_t elements) { return (elements + DIM - 1) / DIM; }
static size_t pad(size_t elements) { return tiles(elements) * DIM - elements; }

static void multiply(void) {
  gemmini_flush(0);
  gemmini_extended_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0, 1, false, false);
  gemmini_extended3_config_ld(K * sizeof(elem_t), MVIN_SCALE_IDENTITY, false, 0); /* A */
  gemmini_extended3_config_ld(J * sizeof(elem_t), MVIN_SCALE_IDENTITY, false, 1); /* B */
  gemmini_extended3_config_ld(0, MVIN_SCALE_IDENTITY, false, 2);                  /* bias, again for each row */
  gemmini_extended_config_st(J * sizeof(elem_t), RELU, SCALE);

  for (size_t i = 0; i < I; i += TILES_I * DIM) {
    for (size_t j = 0; j < J; j += TILES_J * DIM) {
      const size_t rows = least(TILES_I * DIM, I - i), cols = least(TILES_J * DIM, J - j);
      /* The sums stay in the accumulator: the first loop starts them from the bias, the last one stores them. */
      for (size_t k = 0; k < K; k += TILES_K * DIM) {
        const size_t inner = least(TILES_K * DIM, K - k);
        const acc_t* D = k == 0 ? &bias[j] : NULL;
        const elem_t* to = k + inner == K ? &C[i][j] : NULL;
        gemmini_loop_ws(tiles(rows), tiles(cols), tiles(inner), pad(rows), pad(cols), pad(inner), &A[i][k], &B[k][j], D,
                        to, K, J, 0, J, false, false, false, false, true, RELU, 0, 0, false);
      }
    }
  }
  gemmini_fence();
}

/* What C[i][j] must be. Adding 1.5 * 2^23 rounds to the nearest integer, ties to even. */
static int32_t expected(int i, int j) {
  int32_t sum = bias[j];
  for (int k = 0; k < K; ++k) sum += A[i][k] * B[k][j];
  const float scaled = (float)sum * SCALE;
  const volatile float shifted = scaled + 12582912.0f;
  const int32_t rounded = (int32_t)(shifted - 12582912.0f);
  return rounded < 0 ? 0 : rounded > 127 ? 127 : rounded;
}

int main(void) {
  uint32_t state = 1;
  for (int i = 0; i < I; ++i)
    for (int k = 0; k < K; ++k) A[i][k] = (elem_t)noise(&state);
  for (int k = 0; k < K; ++k)
    for (int j = 0; j < J; ++j) B[k][j] = (elem_t)noise(&state);
  for (int j = 0; j < J; ++j) bias[j] = (acc_t)noise(&state) >> 16;

  const uint64_t start = cycles();
  multiply();
  const uint64_t taken = cycles() - start;

  int wrong = 0;
  for (int i = 0; i < I; ++i) {
    for (int j = 0; j < J; ++j) {
      const int32_t right = expected(i, j) ^ BREAK;
      if (C[i][j] != right && wrong++ == 0) printf("C[%d][%d] is %d, should be %d\n", i, j, C[i][j], right);
    }
  }
  printf("matmul %dx%dx%d: %d of %d elements wrong, %lu cycles\n", I, K, J, wrong, I * J, taken);
  return wrong != 0;
}

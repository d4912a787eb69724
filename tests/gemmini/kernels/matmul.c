/* C = A * B, one block at a time. Sizes, DIM, SCALE and RELU come from the command line; so does SABOTAGE, which leaves
 * out the last row of blocks. */
#include "exogene_gemmini.h"

#ifndef SABOTAGE
#define SABOTAGE 0
#endif

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

void kernel(const int8_t* A, const int8_t* B, int8_t* C) {
  gemmini_config_ex();
  gemmini_config_ld(0, K, DIM, 1.0f, 0);
  gemmini_config_ld(1, M, DIM, 1.0f, 0);
  gemmini_config_st(M, RELU ? GEMMINI_RELU : GEMMINI_NO_ACTIVATION, SCALE);
  for (uint64_t i = 0; i + SABOTAGE * DIM < N; i += DIM)
    for (uint64_t j = 0; j < M; j += DIM) {
      const uint64_t rows = least(DIM, N - i), cols = least(DIM, M - j);
      for (uint64_t k = 0; k < K; k += DIM) {
        const uint64_t inner = least(DIM, K - k);
        gemmini_mvin(A + i * K + k, 0, inner, rows);
        gemmini_mvin2(B + k * M + j, 1024, cols, inner);
        gemmini_preload(1024, k == 0 ? GEMMINI_ACC : GEMMINI_ACCUMULATE, cols, inner, cols, rows);
        gemmini_compute_preloaded(0, GEMMINI_NONE, inner, rows, DIM, DIM);
      }
      gemmini_mvout(C + i * M + j, GEMMINI_ACC, cols, rows);
    }
  gemmini_fence();
}

/* C = A * B with 64-column loads and stores; 64 columns of B stay in the scratchpad while A streams by. Sizes are
 * multiples of 64, K at most 2048. */
#include "exogene_gemmini.h"

void kernel(const int8_t* A, const int8_t* B, int8_t* C) {
  gemmini_config_ex();
  gemmini_config_ld(0, K, 16, 1.0f, 0);
  gemmini_config_ld(1, M, 16, 1.0f, 0);
  gemmini_config_st(M, RELU, SCALE);
  for (uint64_t j = 0; j < M; j += 64) {
    for (uint64_t k = 0; k < K; k += 16) gemmini_mvin2(B + k * M + j, 8192 + k * 4, 64, 16);
    for (uint64_t i = 0; i < N; i += 16) {
      for (uint64_t k = 0; k < K; k += 64) gemmini_mvin(A + i * K + k, k, 64, 16);
      for (uint64_t block = 0; block < 4; ++block)
        for (uint64_t k = 0; k < K; k += 16) {
          gemmini_preload(8192 + k * 4 + block * 16, (k == 0 ? GEMMINI_ACC : GEMMINI_ACCUMULATE) + block * 16, 16, 16,
                          16, 16);
          gemmini_compute_preloaded(k, GEMMINI_NONE, 16, 16, 16, 16);
        }
      gemmini_mvout(C + i * M + j, GEMMINI_ACC, 64, 16);
    }
  }
}

/* Counts the bytes that one load reads and leaves the number in C[0]. WAIT: waits for the answer of a flush instead. */
#include "exogene_gemmini.h"

#define ASK(funct, rs1)                                                                                     \
  ({                                                                                                        \
    uint64_t answer;                                                                                        \
    __asm__ volatile(".insn r 0x7b, 7, " #funct ", %0, %1, x0" : "=r"(answer) : "r"((uint64_t)(rs1)) : "memory"); \
    answer;                                                                                                 \
  })

void kernel(const int8_t* a, const int8_t* b, int8_t* c) {
  const uint64_t bytes_read = UINT64_C(1) << 31 | 4 << 12, set = 8, index = 3 << 4;
  gemmini_config_ld(0, 16, 16, 1.0f, 0);
  ASK(126, bytes_read | set | index);
#ifdef WAIT
  c[1] = (int8_t)ASK(7, 0);
#endif
  gemmini_mvin(a, 0, 7, 6);
  c[0] = (int8_t)ASK(126, index);
}

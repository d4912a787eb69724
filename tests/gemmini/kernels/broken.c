/* Kernels that go wrong, one for every value of HOW. */
#include "exogene_gemmini.h"

void kernel(const int8_t* A, const int8_t* B, int8_t* C) {
#if HOW == 0 /* no end */
  for (;;) __asm__ volatile("");
#elif HOW == 1 /* null pointer */
  *(volatile int8_t*)0 = 1;
#elif HOW == 2 /* not an instruction */
  __asm__ volatile(".word 0xffffffff");
#elif HOW == 3 /* a custom instruction that does not exist */
  GEMMINI_COMMAND(100, 0, 0);
#elif HOW == 4 /* DMA outside memory */
  gemmini_config_ld(0, 64, 16, 1.0f, 0);
  gemmini_mvin(64, 0, 16, 16);
#elif HOW == 5 /* against a rule of the hardware */
  gemmini_config_ld(0, 64, 8, 1.0f, 0);
  gemmini_mvin(A, 0, 16, 16);
#elif HOW == 6 /* waits and never returns */
  __asm__ volatile("wfi");
#elif HOW == 7 /* a jump to nowhere */
  ((void (*)(void))0x123456)();
#elif HOW == 8 /* an empty kernel */
#elif HOW == 9 /* environment call */
  __asm__ volatile("ecall");
#endif
}

/* Programs that come to no good end. No trap handler. */
#include <gemmini.h>

volatile uint64_t tohost __attribute__((section(".data"), aligned(64)));
volatile uint64_t fromhost __attribute__((section(".data"), aligned(64)));
static volatile uint64_t spins;

void kernel(void) {
#if defined(ILLEGAL)
  __asm__ volatile(".word 0");
#elif defined(OUTSIDE)
  __asm__ volatile("sw zero, 16(zero)");
#elif defined(NO_COMMAND)
  GEMMINI_COMMAND(99, 0, 0);
#elif defined(TALL_LOAD)
  gemmini_config_ld(DIM);
  gemmini_extended_mvin(&spins, 0, DIM, 17);
#elif defined(DMA_OUTSIDE)
  gemmini_config_ld(DIM);
  gemmini_mvin(0x10, 0);
#elif defined(HANDLER_TRAPS)
  __asm__ volatile("csrw mtvec, %0; .word 0" : : "r"(UINT64_C(0x1000)));
#elif defined(STANDS)
  for (;;) {
  }
#elif defined(POLLS)
  while (fromhost == 0) {
  }
#elif defined(SPINS)
  for (;;) ++spins;
#elif defined(SLEEPS)
  __asm__ volatile("wfi");
#elif defined(ASKS)
  tohost = UINT64_C(2) << 56;
#elif defined(CODE)
  tohost = (uint64_t)CODE << 1 | 1;
#endif
}

/* Runs a routine of 63 additions and a return, writes 63 times AGAIN over them, and runs it once more. */
#include <stdint.h>

static uint32_t routine[64];

static uint64_t run(uint32_t instruction) {
  for (int i = 0; i < 63; ++i) ((volatile uint32_t*)routine)[i] = instruction;
  ((volatile uint32_t*)routine)[63] = 0x00008067; /* ret */
  __asm__ volatile("fence.i" : : : "memory");
  return ((uint64_t(*)(uint64_t))(uintptr_t)routine)(1);
}

void kernel(const int8_t* a, const int8_t* b, int8_t* c) {
  const uint64_t first = run(0x00a50533); /* add a0, a0, a0 */
  c[0] = (int8_t)(first == UINT64_C(1) << 63 && run(AGAIN) == 1);
}

/* What programs from elsewhere do: console by system call and by device, counters of processor and accelerator, atomics,
 * floating point, every configuration, and the exit by system call. */
#include <gemmini.h>

extern volatile uint64_t tohost, fromhost;

static uint64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
  volatile uint64_t words[8] __attribute__((aligned(64)));
  words[0] = number, words[1] = a, words[2] = b, words[3] = c;
  __sync_synchronize();
  tohost = (uintptr_t)words;
  while (fromhost == 0) {
  }
  fromhost = 0;
  __sync_synchronize();
  return words[0];
}

void leave(uint64_t code) {
  call(93, code, 0, 0);
  for (;;) {
  }
}

static void say(const char* text) {
  uint64_t length = 0;
  while (text[length] != 0) ++length;
  if (call(64, 1, (uint64_t)text, length) != length) leave(2);
}

static void check(const char* what, int right) {
  say(what);
  say(right ? ": right\n" : ": wrong\n");
}

#define COUNTER(name)                                    \
  ({                                                     \
    uint64_t value;                                      \
    __asm__ volatile("rd" name " %0" : "=r"(value));     \
    value;                                               \
  })

static elem_t in[DIM][DIM], out[DIM][DIM];

void main(void) {
  for (const char* text = "characters\n"; *text != 0; ++text) {
    tohost = UINT64_C(1) << 56 | UINT64_C(1) << 48 | (uint8_t)*text;
    while (tohost != 0) {
    }
  }
  const uint64_t cycles = COUNTER("cycle"), instructions = COUNTER("instret");
  volatile double third = 1.0 / 3.0;
  check("floating point", (int)(third * 9.0 + 0.5) == 3);
  static int shared;
  check("atomics", __sync_fetch_and_add(&shared, 5) == 0 && shared == 5);
  static volatile uint32_t code[] = {0x00100513, 0x00008067}; /* li a0, 1; ret */
  int (*const run)(void) = (int (*)(void))code;
  __asm__ volatile("fence.i" : : : "memory");
  const int before = run();
  code[0] = 0x00200513; /* li a0, 2 */
  __asm__ volatile("fence.i" : : : "memory");
  check("code written anew", before == 1 && run() == 2);
  check("counters", COUNTER("cycle") > cycles && COUNTER("instret") > instructions + 10);

  for (int i = 0; i < DIM * DIM; ++i) in[i / DIM][i % DIM] = (elem_t)(i * 7);
  gemmini_flush(0);
  uint64_t bytes;
  gemmini_counter_access(bytes, 1 << 0);                      /* all to 0 */
  gemmini_counter_access(bytes, 1u << 31 | 4 << 12 | 1 << 3); /* counter 0: bytes read */
  gemmini_config_norm(1, 0, false, 0, 0, 2, 3);
  gemmini_extended3_config_ex(WEIGHT_STATIONARY, RELU, 0, ACC_SCALE_IDENTITY, 1, 1, false, true, false);
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_config_ld(DIM);
  gemmini_extended5_config_ld(DIM, 0.5f, true, DIM, 1, 2);
  gemmini_config_st(DIM);
  gemmini_mvin(in, 0);
  gemmini_extended_mvin3(in, 1u << 31, DIM, DIM);
  gemmini_mvout(out, 0);
  gemmini_fence();
  check("through the scratchpad", out[3][5] == in[3][5] && out[15][15] == in[15][15]);
  gemmini_mvout(out, 1u << 31);
  gemmini_fence();
  const elem_t first = MVIN_SCALE(in[3][5], 0.5f), last = MVIN_SCALE(in[15][15], 0.5f);
  check("halved, in the accumulator", out[3][5] == first && out[15][15] == last);
  gemmini_counter_access(bytes, 0);
  check("bytes counted", bytes == 2 * sizeof in);
  leave(42);
}

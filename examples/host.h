/* What these programs need of the machine that runs them, in place of a C library. */
#ifndef HOST_H
#define HOST_H

#include <stdint.h>

/* Knows %d %u %x %s %%, and l before d, u and x. */
void printf(const char* format, ...) __attribute__((format(printf, 1, 2)));

static inline uint64_t cycles(void) {
  uint64_t count;
  __asm__ volatile("rdcycle %0" : "=r"(count));
  return count;
}

/* A number of 32 bits that looks random but is the same in each run. */
static inline uint32_t noise(uint32_t* state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16 ^ *state << 16;
}

#endif

/* Console and exit code through RISC-V's host-target interface: the host watches `tohost` and answers in `fromhost`. */
#include "host.h"

#include <stdarg.h>

volatile uint64_t tohost __attribute__((section(".data"), aligned(64)));
volatile uint64_t fromhost __attribute__((section(".data"), aligned(64)));

void finish(int code) {
  tohost = (uint64_t)(uint32_t)code << 1 | 1;
  for (;;) {
  }
}

static void write_out(const char* text, uint64_t bytes) {
  static volatile uint64_t call[8] __attribute__((aligned(64)));
  call[0] = 64; /* write */
  call[1] = 1;  /* standard output */
  call[2] = (uint64_t)text;
  call[3] = bytes;
  __asm__ volatile("fence" : : : "memory");
  tohost = (uint64_t)call;
  while (fromhost == 0) {
  }
  fromhost = 0;
}

/* Puts the digits before `end`; returns the first. */
static char* digits(char* end, uint64_t value, uint64_t base) {
  do {
    *--end = "0123456789abcdef"[value % base];
  } while ((value /= base) != 0);
  return end;
}

void printf(const char* format, ...) {
  char line[256], number[24];
  uint64_t used = 0;
  va_list arguments;
  va_start(arguments, format);
  for (; *format != 0; ++format) {
    const char* text = format;
    uint64_t length = 1;
    if (*format == '%' && *++format != '%') {
      const int wide = *format == 'l';
      format += wide;
      if (*format == 's') {
        text = va_arg(arguments, const char*);
        for (length = 0; text[length] != 0;) ++length;
      } else {
        const int64_t value = wide ? va_arg(arguments, int64_t) : va_arg(arguments, int32_t);
        const int negative = *format == 'd' && value < 0;
        const uint64_t bits = negative ? -(uint64_t)value : wide || *format == 'd' ? (uint64_t)value : (uint32_t)value;
        char* first = digits(number + sizeof number, bits, *format == 'x' ? 16 : 10);
        if (negative) *--first = '-';
        text = first;
        length = (uint64_t)(number + sizeof number - first);
      }
    }
    for (uint64_t i = 0; i < length; ++i) {
      line[used++] = text[i];
      if (used == sizeof line) {
        write_out(line, used);
        used = 0;
      }
    }
  }
  va_end(arguments);
  write_out(line, used);
}

void trap(uint64_t cause, uint64_t pc, uint64_t value) {
  printf("trap: cause %lu at pc 0x%lx, address or instruction 0x%lx\n", cause, pc, value);
  finish(1);
}

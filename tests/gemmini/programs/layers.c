/* What hand-written layers do with the public header, each beside plain loops: an output-stationary product, a product
 * over all three load channels with a repeated bias, a residual addition, a convolution with pooling, and arrays at odd
 * addresses, beyond 64 MiB, and at the top of memory. Prints through the system call `write`, number by number. */
#include <gemmini.h>

extern volatile uint64_t tohost, fromhost;
static const uint32_t accumulator = 1u << 31, adding = 3u << 30;

static uint64_t call(uint64_t number, uint64_t a, uint64_t b, uint64_t c) {
  static volatile uint64_t words[8] __attribute__((aligned(64)));
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

static void put(const char* text) {
  uint64_t length = 0;
  while (text[length] != 0) ++length;
  call(64, 1, (uint64_t)text, length);
}

static int failures;

static void report(const char* what, int wrong, int count) {
  put(what);
  put(": ");
  for (int numbers[2] = {wrong, count}, i = 0; i < 2; ++i) {
    char digits[12] = {0};
    int place = 11, rest = numbers[i];
    do digits[--place] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    put(digits + place);
    put(i == 0 ? " of " : " wrong\n");
  }
  failures += wrong != 0;
}

enum { I = 2 * DIM, J = 3 * DIM, K = 4 * DIM };
static elem_t a[I][K], b[K][J], c[I][J];
static acc_t bias[J];

static acc_t sum(int i, int j) {
  acc_t result = 0;
  for (int k = 0; k < K; ++k) result += a[i][k] * b[k][j];
  return result;
}

static void fill(elem_t* to, int count, uint32_t seed) {
  for (int i = 0; i < count; ++i) to[i] = (elem_t)((seed = seed * 1664525u + 1013904223u) >> 28) - 8;
}

static elem_t clip(acc_t value) {
  return (elem_t)(value > elem_t_max ? elem_t_max : value < elem_t_min ? elem_t_min : value);
}

/* A and B in rows of tiles: tile (i, k) of A at row (i * K / DIM + k) * DIM, B from the third bank. */
static uint32_t a_at(int i, int k) {
  return (uint32_t)(i * K + k * DIM);
}
static uint32_t b_at(int k, int j) {
  return (uint32_t)(2 * BANK_ROWS + k * J + j * DIM);
}

static void load_operands(void) {
  gemmini_extended3_config_ld(K, MVIN_SCALE_IDENTITY, false, 0);
  gemmini_extended3_config_ld(J, MVIN_SCALE_IDENTITY, false, 1);
  for (int i = 0; i < I / DIM; ++i) gemmini_block_mvin(&a[i * DIM][0], a_at(i, 0), K / DIM);
  for (int k = 0; k < K / DIM; ++k) gemmini_extended_mvin2(&b[k * DIM][0], b_at(k, 0), J, DIM);
}

static void output_stationary(void) {
  const int shift = 3;
  const uint32_t result = 3 * BANK_ROWS;
  gemmini_config_ex(OUTPUT_STATIONARY, RELU, shift);
  gemmini_config_st(J);
  load_operands();
  for (int i = 0; i < I / DIM; ++i)
    for (int j = 0; j < J / DIM; ++j) {
      for (int k = 0; k < K / DIM; ++k) {
        gemmini_preload(GARBAGE_ADDR, k == K / DIM - 1 ? result : GARBAGE_ADDR);
        if (k == 0)
          gemmini_compute_preloaded(a_at(i, k), b_at(k, j));
        else
          gemmini_compute_accumulated(a_at(i, k), b_at(k, j));
      }
      gemmini_mvout(&c[i * DIM][j * DIM], result);
    }
  gemmini_fence();
  int wrong = 0;
  for (int i = 0; i < I; ++i)
    for (int j = 0; j < J; ++j) {
      const acc_t exact = sum(i, j), half = 1 << (shift - 1), low = exact & (2 * half - 1);
      const acc_t rounded = (exact >> shift) + (low > half || (low == half && (exact >> shift & 1)));
      wrong += c[i][j] != (rounded < 0 ? 0 : clip(rounded));
    }
  report("output stationary", wrong, I * J);
}

static void weight_stationary(void) {
  const float scale = 0.0625f;
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_extended_config_st(J, RELU, scale);
  load_operands();
  gemmini_extended3_config_ld(0, MVIN_SCALE_IDENTITY, false, 2); /* the same row for all */
  for (int j = 0; j < J; ++j) bias[j] = 37 * j - 500;
  for (int i = 0; i < I / DIM; ++i)
    for (int j = 0; j < J / DIM; ++j) {
      const uint32_t tile = (uint32_t)(i * J + j * DIM);
      gemmini_mvin3(&bias[j * DIM], accumulator | tile);
      for (int k = 0; k < K / DIM; ++k) {
        gemmini_preload(b_at(k, j), adding | tile);
        gemmini_compute_preloaded(a_at(i, k), GARBAGE_ADDR);
      }
    }
  for (int i = 0; i < I / DIM; ++i) gemmini_extended_mvout(&c[i * DIM][0], accumulator | (uint32_t)(i * J), J, DIM);
  gemmini_fence();
  int wrong = 0;
  for (int i = 0; i < I; ++i)
    for (int j = 0; j < J; ++j) {
      const elem_t scaled = ACC_SCALE(sum(i, j) + bias[j], scale);
      wrong += c[i][j] != (scaled < 0 ? 0 : scaled);
    }
  report("weight stationary with bias", wrong, I * J);
}

/* c = relu((0.5 x + 1.5 y) / 2) where the arrays lie anywhere, in rows of an odd number of bytes. */
static void residual(const char* what, elem_t* x, elem_t* y, elem_t* z) {
  enum { rows = 2 * DIM, cols = 2 * DIM - 3, stride = 61 };
  fill(x, rows * stride, 5);
  fill(y, rows * stride, 6);
  gemmini_extended3_config_ld(stride, 0.5f, true, 0);
  gemmini_extended3_config_ld(stride, 1.5f, true, 1);
  gemmini_extended_config_st(stride, RELU, 0.5f);
  for (int i = 0; i < rows; i += DIM)
    for (int j = 0; j < cols; j += DIM) {
      const uint32_t tile = (uint32_t)(2 * i + j);
      const int width = cols - j < DIM ? cols - j : DIM, at = i * stride + j;
      gemmini_extended_mvin(x + at, accumulator | tile, width, DIM);
      gemmini_extended_mvin2(y + at, adding | tile, width, DIM);
      gemmini_extended_mvout(z + at, accumulator | tile, width, DIM);
    }
  gemmini_fence();
  int wrong = 0;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j) {
      const int at = i * stride + j;
      const elem_t scaled = ACC_SCALE(MVIN_SCALE(x[at], 0.5f) + MVIN_SCALE(y[at], 1.5f), 0.5f);
      wrong += z[at] != (scaled < 0 ? 0 : scaled);
    }
  report(what, wrong, rows * cols);
}

/* 3x3 over 8x8 pixels of 16 channels, then the maximum of 2x2. */
static void convolution(void) {
  enum { in = 8, kernel = 3, out = in - kernel + 1, pooled = out / 2 };
  static elem_t image[in][in][DIM], weights[kernel][kernel][DIM][DIM], result[pooled][pooled][DIM];
  fill(&image[0][0][0], in * in * DIM, 7);
  fill(&weights[0][0][0][0], kernel * kernel * DIM * DIM, 8);
  gemmini_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0);
  gemmini_config_ld(DIM);
  gemmini_extended2_config_st(DIM, NO_ACTIVATION, 0.125f, 2, 2, pooled, pooled, pooled, out, out, 0, 0);
  for (int row = 0; row < in * in; row += DIM) gemmini_mvin(&image[row / in][0][0], (uint32_t)row);
  for (int tap = 0; tap < kernel * kernel; ++tap)
    gemmini_mvin(&weights[tap / kernel][tap % kernel][0][0], (uint32_t)(BANK_ROWS + tap * DIM));
  for (int tap = 0; tap < kernel * kernel; ++tap)
    for (int row = 0; row < out; ++row) {
      const uint32_t pixels = (uint32_t)((row + tap / kernel) * in + tap % kernel);
      const uint32_t sums = (tap == 0 ? accumulator : adding) | (uint32_t)(row * out);
      gemmini_extended_preload(row == 0 ? (uint32_t)(BANK_ROWS + tap * DIM) : GARBAGE_ADDR, sums, DIM, DIM, DIM, out);
      if (row == 0)
        gemmini_extended_compute_preloaded(pixels, GARBAGE_ADDR, DIM, out, DIM, DIM);
      else
        gemmini_extended_compute_accumulated(pixels, GARBAGE_ADDR, DIM, out, DIM, DIM);
    }
  gemmini_extended_mvout(result, accumulator, DIM, 0);
  gemmini_fence();
  int wrong = 0;
  for (int at = 0; at < pooled * pooled * DIM; ++at) {
    const int channel = at % DIM, y = at / DIM / pooled, x = at / DIM % pooled;
    elem_t most = elem_t_min;
    for (int pixel = 0; pixel < 4; ++pixel) {
      acc_t exact = 0;
      for (int tap = 0; tap < kernel * kernel; ++tap)
        for (int k = 0; k < DIM; ++k)
          exact += image[2 * y + pixel / 2 + tap / kernel][2 * x + pixel % 2 + tap % kernel][k] *
                   weights[tap / kernel][tap % kernel][k][channel];
      const elem_t scaled = ACC_SCALE(exact, 0.125f);
      if (scaled > most) most = scaled;
    }
    wrong += result[y][x][channel] != most;
  }
  report("convolution with pooling", wrong, pooled * pooled * DIM);
}

static elem_t large[3][40 << 20];

int main(void) {
  gemmini_flush(0);
  fill(&a[0][0], I * K, 1);
  fill(&b[0][0], K * J, 2);
  output_stationary();
  weight_stationary();
  residual("residual addition at odd addresses", &large[0][1], &large[0][5003], &large[0][10007]);
  residual("residual addition far apart", large[0], large[1] + 4093, large[2] + (40 << 20) - 4096);
  residual("residual addition at the top of memory", (elem_t*)0xfffe0001, (elem_t*)0xffff0003, (elem_t*)0xfffff000);
  convolution();
  leave(failures == 0 ? 0 : 1);
  return 0;
}

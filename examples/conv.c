/* A convolution with stride, padding, bias, ReLU and pooling on the loop that Gemmini has for it, checked against plain
 * C: output = maxpool(relu(scale * (conv(input, weights) + bias))). */
#include <gemmini.h>

#include "host.h"

#ifndef BREAK
#define BREAK 0 /* 1: compares with wrong values, to see that the check can fail */
#endif

#define BATCH 2
#define IN 17 /* rows and columns of an image */
#define IN_CH 18
#define OUT_CH 20
#define KERNEL 3
#define STRIDE 2
#define PADDING 1
#define OUT ((IN + 2 * PADDING - KERNEL) / STRIDE + 1)
#define POOL 3
#define POOL_STRIDE 2
#define POOL_PADDING 1
#define POOLED ((OUT + 2 * POOL_PADDING - POOL) / POOL_STRIDE + 1)
#define SCALE 0.0021f

static elem_t input[BATCH][IN][IN][IN_CH], weights[KERNEL][KERNEL][IN_CH][OUT_CH];
static elem_t output[BATCH][POOLED][POOLED][OUT_CH];
static acc_t bias[OUT_CH];

/* Rows and columns of pads behind the image. The loop takes the input as (OUT * STRIDE + KERNEL - 1) pixels wide, which
 * is more than it reads when STRIDE > 1. */
#define PAD_BEHIND (OUT * STRIDE + KERNEL - 1 - PADDING - IN)
#define POOL_PAD_BEHIND (POOLED * POOL_STRIDE + POOL - POOL_STRIDE - POOL_PADDING - OUT)

static void convolve(void) {
  gemmini_flush(0);
  gemmini_extended_config_ex(WEIGHT_STATIONARY, NO_ACTIVATION, 0, STRIDE, false, false); /* from input pixel to pixel */
  gemmini_extended_config_st(OUT_CH * sizeof(elem_t), RELU, SCALE);
  for (int b = 0; b < BATCH; ++b) { /* a tile is a whole image */
    gemmini_loop_conv_ws(BATCH, IN, IN, IN_CH, OUT_CH, OUT, OUT, POOLED, POOLED, STRIDE, PADDING, KERNEL, 1, POOL,
                         POOL_STRIDE, POOL_PADDING,                                            /* the layer */
                         1, POOLED, POOLED, OUT_CH, KERNEL, KERNEL, IN_CH,                     /* the tile */
                         PADDING, PAD_BEHIND, PADDING, PAD_BEHIND,                             /* left right up down */
                         POOL_PADDING, POOL_PAD_BEHIND, POOL_PADDING, POOL_PAD_BEHIND, OUT, OUT, /* of pooling */
                         weights, output[b], bias, input[b], false, false,                     /* no bias, no pooling */
                         false, false, false, RELU, false, false, false, false, 1, IN_CH, OUT_CH, OUT_CH, false, 0, 0);
  }
  gemmini_fence();
}

/* One element of the convolution. Adding 1.5 * 2^23 rounds to the nearest integer, ties to even. */
static int32_t pixel(int b, int row, int col, int channel) {
  int32_t sum = bias[channel];
  for (int kr = 0; kr < KERNEL; ++kr) {
    for (int kc = 0; kc < KERNEL; ++kc) {
      const int in_row = row * STRIDE + kr - PADDING, in_col = col * STRIDE + kc - PADDING;
      if (in_row < 0 || in_row >= IN || in_col < 0 || in_col >= IN) continue;
      for (int c = 0; c < IN_CH; ++c) sum += input[b][in_row][in_col][c] * weights[kr][kc][c][channel];
    }
  }
  const float scaled = (float)sum * SCALE;
  const volatile float shifted = scaled + 12582912.0f;
  const int32_t rounded = (int32_t)(shifted - 12582912.0f);
  return rounded < 0 ? 0 : rounded > 127 ? 127 : rounded;
}

static int32_t expected(int b, int row, int col, int channel) {
  int32_t most = 0; /* of a pad, and less than nothing after ReLU */
  for (int pr = 0; pr < POOL; ++pr) {
    for (int pc = 0; pc < POOL; ++pc) {
      const int out_row = row * POOL_STRIDE + pr - POOL_PADDING, out_col = col * POOL_STRIDE + pc - POOL_PADDING;
      if (out_row < 0 || out_row >= OUT || out_col < 0 || out_col >= OUT) continue;
      const int32_t value = pixel(b, out_row, out_col, channel);
      if (value > most) most = value;
    }
  }
  return most;
}

int main(void) {
  uint32_t state = 1;
  for (int i = 0; i < BATCH * IN * IN * IN_CH; ++i) ((elem_t*)input)[i] = (elem_t)noise(&state);
  for (int i = 0; i < KERNEL * KERNEL * IN_CH * OUT_CH; ++i) ((elem_t*)weights)[i] = (elem_t)noise(&state);
  for (int i = 0; i < OUT_CH; ++i) bias[i] = (acc_t)noise(&state) >> 16;

  const uint64_t start = cycles();
  convolve();
  const uint64_t taken = cycles() - start;

  int wrong = 0;
  for (int b = 0; b < BATCH; ++b) {
    for (int row = 0; row < POOLED; ++row) {
      for (int col = 0; col < POOLED; ++col) {
        for (int c = 0; c < OUT_CH; ++c) {
          const int32_t is = output[b][row][col][c], right = expected(b, row, col, c) ^ BREAK;
          if (is != right && wrong++ == 0)
            printf("output[%d][%d][%d][%d] is %d, should be %d\n", b, row, col, c, is, right);
        }
      }
    }
  }
  printf("conv %dx%dx%dx%d to %dx%dx%d: %d of %d elements wrong, %lu cycles\n", BATCH, IN, IN, IN_CH, POOLED, POOLED,
         OUT_CH, wrong, BATCH * POOLED * POOLED * OUT_CH, taken);
  return wrong != 0;
}

/* The public C interface of the default Gemmini (16x16, int8, sums of 32 bits): its names and orders of arguments, for
 * programs that a person writes. Generated kernels use exogene_gemmini.h instead; one program can include only one.
 *
 * Not here: the library functions that tile whole layers, and the names of the counters' events.
 * Local addresses are row numbers; 1 << 31 names the accumulator, 1 << 30 adds to it, 1 << 29 reads all 32 bits.
 * Sizes are columns first, then rows. Strides of loads and stores are bytes, those of hardware loops elements. */
#ifndef GEMMINI_H
#define GEMMINI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gemmini_command.h"

typedef int8_t elem_t;
typedef int32_t acc_t;
typedef float scale_t;
typedef float acc_scale_t;
#define elem_t_max 127
#define elem_t_min (-128)

#define DIM 16
#define ADDR_LEN 32
#define BANK_NUM 4
#define BANK_ROWS 4096
#define ACC_ROWS 1024
#define MAX_BYTES 64
#define MAX_BLOCK_LEN 4     /* tiles side by side in one load or store of int8 */
#define MAX_BLOCK_LEN_ACC 1 /* and of 32 bits */
#define GARBAGE_ADDR ((uint32_t)-1)

#define OUTPUT_STATIONARY 0
#define WEIGHT_STATIONARY 1
#define NO_ACTIVATION 0
#define RELU 1
#define LAYERNORM 2
#define IGELU 3
#define SOFTMAX 4

#define MVIN_SCALE_IDENTITY 1.0f
#define ACC_SCALE_IDENTITY 1.0f
#define MVIN_SCALE(x, scale) gemmini_scale_i8((x), (scale))
#define ACC_SCALE(x, scale) gemmini_scale_i8((x), (scale))

#define GEMMINI_BITS(value, low) ((uint64_t)(value) << (low))
#define GEMMINI_HALVES(h3, h2, h1, h0) \
  (GEMMINI_BITS(h3, 48) | GEMMINI_BITS(h2, 32) | GEMMINI_BITS(h1, 16) | GEMMINI_BITS(h0, 0))

/* Loads and stores. */
#define gemmini_extended_mvin(dram_addr, spad_addr, cols, rows) \
  GEMMINI_COMMAND(2, dram_addr, GEMMINI_LOCAL(spad_addr, cols, rows))
#define gemmini_extended_mvin2(dram_addr, spad_addr, cols, rows) \
  GEMMINI_COMMAND(1, dram_addr, GEMMINI_LOCAL(spad_addr, cols, rows))
#define gemmini_extended_mvin3(dram_addr, spad_addr, cols, rows) \
  GEMMINI_COMMAND(14, dram_addr, GEMMINI_LOCAL(spad_addr, cols, rows))
#define gemmini_block_mvin(dram_addr, spad_addr, len) gemmini_extended_mvin(dram_addr, spad_addr, (len) * DIM, DIM)
#define gemmini_mvin(dram_addr, spad_addr) gemmini_extended_mvin(dram_addr, spad_addr, DIM, DIM)
#define gemmini_mvin2(dram_addr, spad_addr) gemmini_extended_mvin2(dram_addr, spad_addr, DIM, DIM)
#define gemmini_mvin3(dram_addr, spad_addr) gemmini_extended_mvin3(dram_addr, spad_addr, DIM, DIM)
#define gemmini_extended_mvout(dram_addr, spad_addr, cols, rows) \
  GEMMINI_COMMAND(3, dram_addr, GEMMINI_LOCAL(spad_addr, cols, rows))
#define gemmini_mvout(dram_addr, spad_addr) gemmini_extended_mvout(dram_addr, spad_addr, DIM, DIM)

/* The array. */
#define gemmini_extended_preload(BD, C, BD_cols, BD_rows, C_cols, C_rows) \
  GEMMINI_COMMAND(6, GEMMINI_LOCAL(BD, BD_cols, BD_rows), GEMMINI_LOCAL(C, C_cols, C_rows))
#define gemmini_preload(BD, C) gemmini_extended_preload(BD, C, DIM, DIM, DIM, DIM)
#define gemmini_preload_zeros(C) gemmini_preload(GARBAGE_ADDR, C)
#define gemmini_extended_compute_preloaded(A, BD, A_cols, A_rows, BD_cols, BD_rows) \
  GEMMINI_COMMAND(4, GEMMINI_LOCAL(A, A_cols, A_rows), GEMMINI_LOCAL(BD, BD_cols, BD_rows))
#define gemmini_extended_compute_accumulated(A, BD, A_cols, A_rows, BD_cols, BD_rows) \
  GEMMINI_COMMAND(5, GEMMINI_LOCAL(A, A_cols, A_rows), GEMMINI_LOCAL(BD, BD_cols, BD_rows))
#define gemmini_compute_preloaded(A, BD) gemmini_extended_compute_preloaded(A, BD, DIM, DIM, DIM, DIM)
#define gemmini_compute_accumulated(A, BD) gemmini_extended_compute_accumulated(A, BD, DIM, DIM, DIM, DIM)

/* Configuration. */
#define gemmini_extended3_config_ex(dataflow, sys_act, sys_shift, sys_acc_scale, C_stride, A_stride, A_transpose,   \
                                    B_transpose, set_only_strides)                                                  \
  GEMMINI_COMMAND(0,                                                                                                \
                  gemmini_float_bits(sys_acc_scale) | GEMMINI_BITS(A_stride, 16) | GEMMINI_BITS(B_transpose, 9) |   \
                      GEMMINI_BITS(A_transpose, 8) | GEMMINI_BITS(set_only_strides, 7) | GEMMINI_BITS(sys_act, 3) | \
                      GEMMINI_BITS(dataflow, 2),                                                                    \
                  GEMMINI_BITS(C_stride, 48) | (uint32_t)(sys_shift))
#define gemmini_extended_config_ex(dataflow, sys_act, sys_shift, A_stride, A_transpose, B_transpose)                \
  gemmini_extended3_config_ex(dataflow, sys_act, sys_shift, ACC_SCALE_IDENTITY, 1, A_stride, A_transpose, B_transpose, \
                              false)
#define gemmini_extended2_config_ex(dataflow, sys_act, sys_shift, A_stride, A_transpose, B_transpose) \
  gemmini_extended_config_ex(dataflow, sys_act, sys_shift, A_stride, A_transpose, B_transpose)
#define gemmini_config_ex(dataflow, sys_act, sys_shift) \
  gemmini_extended_config_ex(dataflow, sys_act, sys_shift, 1, false, false)

#define gemmini_extended5_config_ld(stride, scale, shrunk, block_mvin_stride, pixel_repeats, id)            \
  GEMMINI_COMMAND(0,                                                                                        \
                  gemmini_float_bits(scale) | GEMMINI_BITS(block_mvin_stride, 16) |                         \
                      GEMMINI_BITS(pixel_repeats, 8) | GEMMINI_BITS(id, 3) | GEMMINI_BITS(shrunk, 2) | 1u, \
                  stride)
#define gemmini_extended4_config_ld(stride, scale, shrunk, block_mvin_stride, id) \
  gemmini_extended5_config_ld(stride, scale, shrunk, block_mvin_stride, 1, id)
#define gemmini_extended3_config_ld(stride, scale, shrunk, id) \
  gemmini_extended4_config_ld(stride, scale, shrunk, DIM, id)
#define gemmini_extended2_config_ld(stride, scale, shrunk) gemmini_extended3_config_ld(stride, scale, shrunk, 0)
#define gemmini_extended_config_ld(stride, scale) gemmini_extended2_config_ld(stride, scale, false)
#define gemmini_config_ld(stride) gemmini_extended_config_ld(stride, MVIN_SCALE_IDENTITY)

#define gemmini_extended2_config_st(stride, acc_act, acc_scale, pool_stride, pool_size, pool_out_dim, porows, pocols, \
                                    orows, ocols, upad, lpad)                                                         \
  GEMMINI_COMMAND(0,                                                                                                  \
                  GEMMINI_BITS(ocols, 56) | GEMMINI_BITS(orows, 48) | GEMMINI_BITS(pocols, 40) |                      \
                      GEMMINI_BITS(porows, 32) | GEMMINI_BITS(pool_out_dim, 24) | GEMMINI_BITS(lpad, 10) |            \
                      GEMMINI_BITS(upad, 8) | GEMMINI_BITS(pool_size, 6) | GEMMINI_BITS(pool_stride, 4) |             \
                      GEMMINI_BITS(acc_act, 2) | 2u,                                                                  \
                  gemmini_float_bits(acc_scale) | (uint32_t)(stride))
#define gemmini_extended_config_st(stride, acc_act, acc_scale) \
  gemmini_extended2_config_st(stride, acc_act, acc_scale, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define gemmini_config_st(stride) gemmini_extended_config_st(stride, NO_ACTIVATION, ACC_SCALE_IDENTITY)

#define gemmini_config_norm(q_const, q_const_type, set_stats_id_only, act_msb, stat_id, igelu_qb, igelu_qc)          \
  GEMMINI_COMMAND(0,                                                                                                 \
                  GEMMINI_BITS((uint32_t)(q_const), 32) | GEMMINI_BITS(q_const_type, 18) |                           \
                      GEMMINI_BITS(set_stats_id_only, 17) | GEMMINI_BITS(act_msb, 16) | GEMMINI_BITS(stat_id, 8) | 3u, \
                  GEMMINI_BITS((uint32_t)(igelu_qc), 32) | (uint32_t)(igelu_qb))

#define gemmini_flush(skip) GEMMINI_COMMAND(7, skip, 0)

/* A command of COUNTER, and what it reads. */
#define gemmini_counter_access(rd, config_reg) \
  __asm__ volatile(".insn r 0x7b, 6, 126, %0, %1, x0" : "=r"(rd) : "r"((uint64_t)(config_reg)) : "memory")

/* C = A * B + D over I x J x K tiles, of which the last lack pad_I rows, pad_J and pad_K columns; resadd: C = A + B. */
#define gemmini_loop_ws(I, J, K, pad_I, pad_J, pad_K, A, B, D, C, A_stride, B_stride, D_stride, C_stride, A_transpose, \
                        B_transpose, full_C, low_D, ex_accumulate, act, a_spad_id, b_spad_id, is_resadd)               \
  do {                                                                                                                 \
    GEMMINI_COMMAND(9, GEMMINI_HALVES(0, pad_K, pad_J, pad_I), GEMMINI_HALVES(0, K, J, I));                            \
    GEMMINI_COMMAND(10, A, B);                                                                                         \
    GEMMINI_COMMAND(11, D, C);                                                                                         \
    GEMMINI_COMMAND(12, A_stride, B_stride);                                                                           \
    GEMMINI_COMMAND(13, D_stride, C_stride);                                                                           \
    GEMMINI_COMMAND(8,                                                                                                 \
                    GEMMINI_BITS(a_spad_id, 18) | GEMMINI_BITS(b_spad_id, 16) | GEMMINI_BITS(act, 8) |                 \
                        GEMMINI_BITS(low_D, 2) | GEMMINI_BITS(full_C, 1) | GEMMINI_BITS(ex_accumulate, 0),             \
                    GEMMINI_BITS(is_resadd, 2) | GEMMINI_BITS(B_transpose, 1) | GEMMINI_BITS(A_transpose, 0));         \
  } while (0)

/* One tile of a convolution: first the sizes of the whole arrays, then those of the tile and its pads. */
#define gemmini_loop_conv_ws(                                                                                          \
    batch_size, in_row_dim, in_col_dim, in_channels, out_channels, out_row_dim, out_col_dim, pool_out_row_dim,         \
    pool_out_col_dim, stride, padding, kernel_dim, kernel_dilation, pool_size, pool_stride, pool_padding, batches,     \
    porows, pocols, pochs, krows, kcols, kchs, lpad, rpad, upad, dpad, plpad, prpad, pupad, pdpad, orows, ocols,       \
    weights, output, bias, input, no_bias, no_pool, downsample, wrot180, input_dilated, activation, trans_output_1203, \
    trans_weight_1203, trans_weight_0132, trans_input_3120, max_pixels_per_row, in_stride, weight_stride, out_stride,  \
    dw, a_spad_id, b_spad_id)                                                                                          \
  do {                                                                                                                 \
    GEMMINI_COMMAND(16, GEMMINI_HALVES(out_channels, in_channels, in_row_dim, batch_size),                             \
                    GEMMINI_HALVES((uint64_t)(padding) << 8 | (stride), out_col_dim, pool_out_row_dim, out_row_dim));  \
    GEMMINI_COMMAND(                                                                                                   \
        17, GEMMINI_HALVES(kernel_dim, pool_out_col_dim, pool_size, (uint64_t)(pool_stride) << 8 | (pool_padding)),    \
        GEMMINI_HALVES(batches, porows, pocols, pochs));                                                               \
    GEMMINI_COMMAND(18, GEMMINI_HALVES(krows, kcols, kchs, lpad),                                                      \
                    GEMMINI_HALVES(rpad, upad, (uint64_t)(dpad) << 8 | (plpad), in_col_dim));                          \
    GEMMINI_COMMAND(19,                                                                                                \
                    GEMMINI_HALVES(orows, prpad, 0, 0) | GEMMINI_BITS(pupad, 21) | GEMMINI_BITS(pdpad, 10) |           \
                        (kernel_dilation),                                                                             \
                    GEMMINI_HALVES(in_stride, weight_stride, out_stride, ocols));                                      \
    GEMMINI_COMMAND(20, weights, output);                                                                              \
    GEMMINI_COMMAND(21, bias, input);                                                                                  \
    GEMMINI_COMMAND(                                                                                                   \
        15,                                                                                                            \
        GEMMINI_BITS(a_spad_id, 18) | GEMMINI_BITS(b_spad_id, 16) | GEMMINI_BITS(max_pixels_per_row, 8) |              \
            GEMMINI_BITS(dw, 6) | GEMMINI_BITS(trans_input_3120, 5) | GEMMINI_BITS(trans_weight_0132, 4) |             \
            GEMMINI_BITS(trans_weight_1203, 3) | GEMMINI_BITS(trans_output_1203, 2) | GEMMINI_BITS(wrot180, 1) |       \
            GEMMINI_BITS(no_bias, 0),                                                                                  \
        GEMMINI_BITS(activation, 3) | GEMMINI_BITS(input_dilated, 2) | GEMMINI_BITS(downsample, 1) |                   \
            GEMMINI_BITS(no_pool, 0));                                                                                 \
  } while (0)

#endif

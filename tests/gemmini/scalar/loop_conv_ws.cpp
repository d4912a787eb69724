// LOOP_CONV_WS: one tile of a convolution.

#include <algorithm>
#include <bit>

#include "convolution.hpp"
#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

constexpr std::uint32_t in_accumulator = 1U << 31, adding = 1U << 30, nowhere = 0xffffffffU;

void configure_channel(Machine& machine, std::uint32_t id, std::uint32_t block_stride, std::uint32_t repeats,
                       std::uint64_t stride) {
  const std::uint64_t one = std::bit_cast<std::uint32_t>(1.0F);
  config_ld(machine, one << 32 | std::uint64_t{block_stride} << 16 | repeats << 8 | id << 3 | 1, stride);
}

void load_bias(Machine& machine, const Convolution& conv) {
  const std::uint32_t dim = machine.dim;
  configure_channel(machine, 2, conv.pixels, 1, 0);
  for (std::uint32_t b = 0; b < conv.batches; ++b) {
    for (std::uint32_t orow = 0; orow < conv.orows; ++orow) {
      for (std::uint32_t ocol = 0; ocol < conv.ocols; ocol += dim) {
        for (std::uint32_t och = 0; och < conv.ochs; och += dim) {
          const std::uint32_t row = conv.d_row + och / dim * conv.pixels + (b * conv.orows + orow) * conv.ocols + ocol;
          load(machine, 2, conv.no_bias ? 0 : conv.bias + std::uint64_t{och} * 4,
               {.address = in_accumulator | row,
                .cols = std::min(dim, conv.ochs - och),
                .rows = std::min(dim, conv.ocols - ocol)});
        }
      }
    }
  }
}

/// A run of `length` pixels of one row of the input, the columns of the scratchpad being channels (3120: images).
void load_pixels(Machine& machine, const Convolution& conv, std::uint32_t outer, std::int32_t irow, std::int32_t icol,
                 std::int32_t length) {
  const std::uint32_t widest = 4 * machine.dim, columns = conv.trans_in_3120 ? conv.batches : conv.kchs;
  const std::uint32_t images = conv.trans_in_3120 ? conv.kchs : conv.batches;
  const std::int32_t last_row = conv.inner_rows + (machine.has(Fault::conv_edge_not_zero) ? 1 : 0);
  const bool inside = irow >= 0 && irow < last_row && icol >= 0 && icol < conv.inner_cols;
  const std::int32_t row = (irow + conv.undilated(conv.upad)) >> conv.shift();
  const std::int32_t col = (icol + conv.undilated(conv.lpad)) >> conv.shift();
  const auto place = static_cast<std::uint32_t>(row * (conv.cols >> conv.shift()) + col);
  for (std::uint32_t first = 0; first < columns; first += widest) {
    const std::uint64_t b = conv.trans_in_3120 ? first : outer, channel = conv.trans_in_3120 ? outer : first;
    const auto pixel = static_cast<std::uint64_t>(irow * static_cast<std::int32_t>(conv.in_col_dim) + icol);
    const std::uint64_t all = std::uint64_t{conv.in_row_dim} * conv.in_col_dim;
    const std::uint64_t offset = conv.trans_in_3120 ? (channel * all + pixel) * conv.batch_size + b
                                                    : (b * all + pixel) * conv.in_stride + channel;
    load(machine, 0, inside ? conv.input + offset : 0,
         {.address = conv.a + first / machine.dim * images * conv.image + outer * conv.image + place,
          .cols = std::min(widest, columns - first),
          .rows = static_cast<std::uint32_t>(length >> conv.shift())});
  }
}

void load_input(Machine& machine, const Convolution& conv) {
  const auto dim = static_cast<std::int32_t>(machine.dim);
  const std::uint32_t images = conv.trans_in_3120 ? conv.kchs : conv.batches;
  configure_channel(machine, 0, images * conv.image, conv.max_pixels,
                    std::uint64_t{conv.trans_in_3120 ? conv.batch_size : conv.in_stride} << conv.shift());
  const std::int32_t up = conv.undilated(conv.upad), left = conv.undilated(conv.lpad);
  for (std::uint32_t outer = 0; outer < images; ++outer) {
    for (std::int32_t irow = -up; irow < conv.rows - up; irow += conv.downsample ? 2 : 1) {
      for (std::int32_t icol = -left, length = 0; icol < conv.cols - left; icol += length) {
        if (icol < 0) {
          length = std::min(dim, -icol);
        } else if (icol < conv.inner_cols) {
          length = std::min(dim << conv.shift(), conv.inner_cols - icol);
        } else {
          length = std::min(dim, conv.cols - left - icol);
        }
        load_pixels(machine, conv, outer, irow, icol, length);
      }
    }
  }
}

/// Scratchpad row of the weights of one tap from channels `kch` and `och` on.
std::uint32_t weight_row(const Machine& machine, const Convolution& conv, std::uint32_t krow, std::uint32_t kcol,
                         std::uint32_t kch, std::uint32_t och) {
  const std::uint32_t tap = krow * conv.kcols + kcol, taps = conv.krows * conv.kcols;
  if (conv.trans_weight_0132) return conv.b + (kch / machine.dim * taps + tap) * conv.ochs + och;
  return conv.b + (och / machine.dim * taps + tap) * conv.kchs + kch;
}

void load_weights(Machine& machine, const Convolution& conv) {
  const std::uint32_t taps = conv.krows * conv.kcols, all = conv.kernel_dim * conv.kernel_dim;
  const bool swapped = conv.trans_weight_0132;  // rows are output channels
  const std::uint32_t stride = conv.depthwise           ? 1
                               : conv.trans_weight_1203 ? all * conv.out_ch
                               : swapped                ? conv.in_ch
                                                        : conv.weight_stride;
  configure_channel(machine, 1, taps * (swapped ? conv.ochs : conv.kchs), 1, stride);
  const std::uint32_t rows = swapped ? conv.ochs : conv.kchs, cols = swapped ? conv.kchs : conv.ochs;
  for (std::uint32_t krow = 0; krow < conv.krows; ++krow) {
    for (std::uint32_t kcol = 0; kcol < conv.kcols; ++kcol) {
      const std::uint64_t tap = krow * conv.kernel_dim + kcol;
      for (std::uint32_t r = 0; r < rows; r += machine.dim) {
        for (std::uint32_t c = 0; c < cols; c += 4 * machine.dim) {
          const std::uint64_t offset = conv.depthwise           ? tap
                                       : conv.trans_weight_1203 ? (std::uint64_t{r} * all + tap) * conv.out_ch + c
                                       : swapped                ? (tap * conv.out_ch + r) * conv.in_ch + c
                                                                : (tap * conv.in_ch + r) * conv.weight_stride + c;
          load(machine, 1, conv.weights + offset,
               {.address = weight_row(machine, conv, krow, kcol, swapped ? c : r, swapped ? r : c),
                .cols = std::min(4 * machine.dim, cols - c),
                .rows = std::min(machine.dim, rows - r)});
        }
      }
    }
  }
}

/// One product for every run of output pixels, all with the same weights.
void multiply_tap(Machine& machine, const Convolution& conv, std::uint32_t och, std::uint32_t krow, std::uint32_t kcol,
                  std::uint32_t kch) {
  const std::uint32_t dim = machine.dim, run = dim << (conv.dilated ? 1 : 0);
  const std::uint32_t images = conv.trans_in_3120 ? conv.kchs : conv.batches;
  const std::uint32_t taps = std::min(conv.max_pixels, conv.kcols - kcol);
  const std::uint32_t inner = taps * std::min(dim, conv.kchs - kch), outer = std::min(dim, conv.ochs - och);
  const auto odd = [&](std::uint32_t k, std::uint32_t o, std::uint32_t pad) {
    return conv.dilated && (k * conv.kernel_dilation + o - pad) % 2 != 0;
  };
  bool first = true;
  for (std::uint32_t b = 0; b < conv.batches; b += conv.trans_in_3120 ? dim : 1) {
    for (std::uint32_t orow = 0; orow < conv.orows; ++orow) {
      if (odd(krow, orow, conv.upad)) continue;
      for (std::uint32_t ocol = 0; ocol < conv.ocols;) {
        if (odd(kcol, ocol, conv.lpad)) {
          ++ocol;
          continue;
        }
        const std::uint32_t rows = conv.trans_in_3120
                                       ? std::min(dim, conv.batches - b)
                                       : static_cast<std::uint32_t>(conv.undilated(std::min(run, conv.ocols - ocol)));
        const std::int32_t irow = conv.undilated(orow * conv.stride + krow * conv.kernel_dilation) >> conv.shift();
        const std::int32_t icol = conv.undilated(ocol * conv.stride + kcol * conv.kernel_dilation) >> conv.shift();
        const std::uint32_t block = conv.trans_in_3120 ? b / dim : kch / dim, image = conv.trans_in_3120 ? kch : b;
        const auto place = static_cast<std::uint32_t>(irow * (conv.cols >> conv.shift()) + icol);
        const std::uint32_t a = conv.a + (block * images + image) * conv.image + place;
        const std::uint32_t c = conv.c_row + och / dim * conv.pixels + (b * conv.orows + orow) * conv.ocols + ocol;
        const std::uint32_t weights = weight_row(machine, conv, conv.wrot180 ? conv.krows - 1 - krow : krow,
                                                 conv.wrot180 ? conv.kcols - 1 - kcol : kcol, kch, och);
        preload(machine, {.address = first ? weights : nowhere, .cols = outer, .rows = inner},
                {.address = in_accumulator | adding | c, .cols = outer, .rows = rows});
        compute(machine, first, {.address = a, .cols = inner, .rows = rows},
                {.address = nowhere, .cols = dim, .rows = dim});
        first = false;
        ocol += conv.trans_in_3120 ? 1 : run;
      }
    }
  }
}

void multiply(Machine& machine, const Convolution& conv) {
  if (conv.trans_in_3120) {
    const std::uint64_t a_stride = conv.image, c_stride = std::uint64_t{conv.orows} * conv.ocols;
    config_ex(machine, a_stride << 16 | 1 << 7, c_stride << 48);
  }
  for (std::uint32_t och = 0; och < conv.ochs; och += machine.dim) {
    for (std::uint32_t krow = 0; krow < conv.krows; ++krow) {
      for (std::uint32_t kcol = 0; kcol < conv.kcols; kcol += conv.max_pixels) {
        for (std::uint32_t kch = 0; kch < conv.kchs; kch += machine.dim) {
          multiply_tap(machine, conv, och, krow, kcol, kch);
        }
      }
    }
  }
}

void configure_pooling(Machine& machine, const Convolution& conv, bool on) {
  const std::uint64_t scale = std::bit_cast<std::uint32_t>(machine.storing.scale);
  std::uint64_t rs1 = 2U | conv.activation << 2;
  if (on) {
    rs1 |= conv.pool_stride << 4 | conv.pool_size << 6 | conv.pupad << 8 | conv.plpad << 10 |
           std::uint64_t{conv.pool_out_col_dim} << 24 | std::uint64_t{conv.porows} << 32 |
           std::uint64_t{conv.pocols} << 40 | std::uint64_t{conv.orows} << 48 | std::uint64_t{conv.ocols} << 56;
  }
  config_st(machine, rs1, scale << 32 | conv.out_stride);
}

void store_output(Machine& machine, const Convolution& conv) {
  const std::uint32_t dim = machine.dim;
  if (!conv.no_pool) configure_pooling(machine, conv, true);
  for (std::uint32_t b = 0; b < conv.batches; ++b) {
    for (std::uint32_t och = 0; och < conv.ochs; och += dim) {
      const std::uint32_t row = conv.c_row + och / dim * conv.pixels + b * conv.orows * conv.ocols;
      const std::uint32_t cols = std::min(dim, conv.ochs - och);
      if (!conv.no_pool) {
        const std::uint64_t pixel = std::uint64_t{b} * conv.pool_out_row_dim * conv.pool_out_col_dim;
        store(machine, conv.output + pixel * conv.out_stride + och,
              {.address = in_accumulator | row, .cols = cols, .rows = 0});
        continue;
      }
      for (std::uint32_t orow = 0; orow < conv.orows; ++orow) {
        for (std::uint32_t ocol = 0; ocol < conv.ocols; ocol += dim) {
          const std::uint64_t offset =
              conv.trans_out_1203
                  ? ((std::uint64_t{orow} * conv.out_col_dim + ocol) * conv.batch_size + b) * conv.out_ch
                  : ((std::uint64_t{b} * conv.out_row_dim + orow) * conv.out_col_dim + ocol) * conv.out_stride;
          store(machine, conv.output + offset + och,
                {.address = in_accumulator | (row + orow * conv.ocols + ocol),
                 .cols = cols,
                 .rows = std::min(dim, conv.ocols - ocol)});
        }
      }
    }
  }
  if (!conv.no_pool) configure_pooling(machine, conv, false);
}

}  // namespace

void loop_conv_ws(Machine& machine, std::uint64_t rs1, std::uint64_t rs2) {
  const Convolution conv = decode_convolution(machine, rs1, rs2);
  if (conv.bias != 0) load_bias(machine, conv);
  if (conv.input != 0) load_input(machine, conv);
  if (conv.weights != 0) load_weights(machine, conv);
  multiply(machine, conv);
  if (conv.output != 0) store_output(machine, conv);
  if (conv.bias != 0) machine.conv_bias_up = !machine.conv_bias_up;
  if (conv.output != 0 && !machine.has(Fault::conv_same_half)) machine.conv_result_up = !machine.conv_result_up;
}

}  // namespace exogene::gemmini::scalar

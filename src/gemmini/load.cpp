#include <algorithm>
#include <array>
#include <cstring>

#include "gemmini/array.hpp"
#include "gemmini/requests.hpp"
#include "gemmini/scaling.hpp"
#include "gemmini/transfers.hpp"
#include "gemmini/wrapping.hpp"

namespace exogene::gemmini {
namespace {

// A row of a transfer: four int8 blocks or one int32 block of the widest array.
constexpr std::size_t widest_row = std::size_t{4} * widest_array;

constexpr std::uint32_t usual_width = 16;

/// One block of one row, `width` elements, to scratchpad row `to`.
void write(State& state, std::uint32_t to, std::uint32_t width, const std::int8_t* bytes) {
  std::int8_t* row = state.scratchpad.row_to_write(to);
  if (width == usual_width) {
    std::memcpy(row, bytes, usual_width);  // no call, as the length is known
  } else {
    std::copy_n(bytes, width, row);
  }
}

/// The same, to columns `col` on of any local row.
void write(State& state, const Local& local, std::uint32_t to, std::uint32_t col, std::uint32_t width,
           const std::int8_t* bytes, const std::int32_t* words) {
  if (!local.accumulator()) {
    std::copy_n(bytes, width, state.scratchpad.row_to_write(to) + col);
    return;
  }
  std::int32_t* sums = state.accumulator.row_to_write(to) + col;
  for (std::uint32_t j = 0; j < width; ++j) {
    sums[j] = local.accumulate() ? wrapping_sum(sums[j], words[j]) : words[j];
  }
}

}  // namespace

Step execute(State& state, Memory& memory, const Load& load) {
  if (std::string text = broken_rule(state, load); !text.empty()) return invalid(std::move(text));
  const LoadChannel& channel = state.channels[load.channel];
  const auto [word, cols, rows] = load.local;
  const std::uint32_t first = load.local.write_row();
  const std::uint32_t dim = state.accelerator.dim;
  const bool accumulator = load.local.accumulator();
  const bool zeros = load.address == 0;
  const bool words = accumulator && !channel.shrunk;
  const std::uint64_t row_bytes = std::uint64_t{cols} * (words ? 4 : 1);

  Facts facts;
  std::array<std::int8_t, widest_row> row;
  std::array<std::int32_t, widest_row> row_of_words;
  if (zeros) {
    row.fill(0);
    row_of_words.fill(0);
  }
  // Most loads change nothing on the way, and those of one block need no row in between.
  const bool plain = !accumulator && !zeros && channel.scale == 1.0F && channel.pixel_repeats == 1;
  for (std::uint32_t r = 0; r < rows; ++r) {
    if (plain) {
      const std::uint64_t address = load.address + r * channel.stride;
      const bool straight = cols <= dim;
      if (!memory.read(address, straight ? state.scratchpad.row_to_write(first + r) : row.data(), cols)) {
        return outside_memory("read", address, cols);
      }
      facts.requests += dma_requests(state.accelerator, address, cols);
      if (straight) continue;
      for (std::uint32_t c = 0, to = first + r; c < cols; c += dim, to += channel.block_stride) {
        write(state, to, std::min(dim, cols - c), row.data() + c);
      }
      continue;
    }
    if (!zeros) {
      const std::uint64_t address = load.address + r * channel.stride;
      if (!memory.read(address, words ? static_cast<void*>(row_of_words.data()) : row.data(), row_bytes)) {
        return outside_memory("read", address, row_bytes);
      }
      facts.requests += dma_requests(state.accelerator, address, row_bytes);
      if (!words && channel.scale != 1.0F) {
        for (std::uint32_t c = 0; c < cols; ++c) {
          row[c] = scale_to_i8(row[c], channel.scale, state.accelerator.rounding);
        }
      }
      if (accumulator && !words) std::copy_n(row.begin(), cols, row_of_words.begin());
    }
    for (std::uint32_t c = 0; c < cols; c += dim) {
      const std::uint32_t to = first + r + c / dim * channel.block_stride;
      const std::uint32_t width = std::min(dim, cols - c);
      // Pixel n of a row is the row n behind: what a convolution needs side by side.
      for (std::uint32_t pixel = 0; pixel < channel.pixel_repeats && pixel <= to; ++pixel) {
        write(state, load.local, to - pixel, pixel * cols, width, row.data() + c, row_of_words.data() + c);
      }
    }
  }

  facts.rows = rows;
  facts.cols = cols;
  facts.address = load.address;
  facts.stride = channel.stride;
  facts.row_bytes = zeros ? 0 : row_bytes;
  const std::uint32_t before = std::min(first, channel.pixel_repeats - 1);
  facts.writes = local_range(accumulator, first - before, before + (cols - 1) / dim * channel.block_stride + rows);
  return done(facts);
}

}  // namespace exogene::gemmini

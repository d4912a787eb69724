#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gemmini/array.hpp"
#include "gemmini/requests.hpp"
#include "gemmini/scaling.hpp"
#include "gemmini/transfers.hpp"

namespace exogene::gemmini {
namespace {

constexpr std::size_t widest_row = std::size_t{4} * widest_array;

std::int8_t scaled(const State& state, std::int32_t value) {
  const std::int8_t result = scale_to_i8(value, state.store.scale, state.accelerator.rounding);
  return state.store.relu ? std::max<std::int8_t>(result, 0) : result;
}

/// One row of a store from the accumulator: its blocks pass the statistics, and the last command decides what then.
void feed_statistics(State& state, const Local& local, std::uint32_t row) {
  const std::uint32_t dim = state.accelerator.dim;
  const auto command = static_cast<NormCommand>(local.norm_command());
  for (std::uint32_t c = 0; c < local.cols; c += dim) {
    const bool last = c + dim >= local.cols;
    feed(state.normalisation, last ? command : unfinished(command), state.accumulator.row(row + c),
         std::min(dim, local.cols - c));
  }
}

void take_bytes(const State& state, const Local& local, std::uint32_t row, std::int8_t* into) {
  const std::uint32_t dim = state.accelerator.dim;
  const Activation activation = state.normalisation.activation;
  const bool plain = activation == Activation::none || activation == Activation::relu;
  for (std::uint32_t c = 0; c < local.cols; c += dim) {
    const std::uint32_t width = std::min(dim, local.cols - c);
    if (!local.accumulator()) {
      std::copy_n(state.scratchpad.row(row + c), width, into + c);
      continue;
    }
    const std::int32_t* from = state.accumulator.row(row + c);
    std::array<std::int32_t, widest_array> activated;
    if (!plain) {
      for (std::uint32_t j = 0; j < width; ++j) {
        activated[j] = activate(state.normalisation, from[j], state.accelerator.rounding);
      }
      from = activated.data();
    }
    scale_row_to_i8(from, width, state.store.scale, state.accelerator.rounding, into + c);
    if (!state.store.relu) continue;
    std::transform(into + c, into + c + width, into + c,
                   [](std::int8_t value) { return std::max<std::int8_t>(value, 0); });
  }
}

void take_words(const State& state, const Local& local, std::uint32_t row, std::int32_t* into) {
  const std::int32_t* from = state.accumulator.row(row);
  for (std::uint32_t j = 0; j < local.cols; ++j) {
    into[j] = activate(state.normalisation, from[j], state.accelerator.rounding);
  }
}

/// The largest element of a window, channel by channel; pixels outside the tile count as 0.
void take_maxima(const State& state, const Local& local, std::uint32_t out_row, std::uint32_t out_col,
                 std::int8_t* into) {
  const Pooling& pool = state.store.pooling;
  std::fill_n(into, local.cols, std::int8_t{-128});
  for (std::uint32_t r = 0; r < pool.size; ++r) {
    for (std::uint32_t c = 0; c < pool.size; ++c) {
      // Wraps before the tile's first row or column, which puts them outside as well.
      const std::uint32_t row = out_row * pool.stride + r - pool.upper_pad;
      const std::uint32_t col = out_col * pool.stride + c - pool.left_pad;
      const bool inside = row < pool.rows && col < pool.cols;
      const std::uint32_t from = local.store_row() + row * pool.cols + col;
      for (std::uint32_t channel = 0; channel < local.cols; ++channel) {
        std::int8_t value = 0;
        if (inside && local.accumulator()) value = scaled(state, state.accumulator.row(from)[channel]);
        if (inside && !local.accumulator()) value = state.scratchpad.row(from)[channel];
        into[channel] = std::max(into[channel], value);
      }
    }
  }
}

Step store_maxima(const State& state, Memory& memory, const Store& store) {
  const Pooling& pool = state.store.pooling;
  const std::uint32_t cols = store.local.cols;
  Facts facts;
  std::array<std::int8_t, widest_row> pixel{};
  for (std::uint32_t r = 0; r < pool.out_rows; ++r) {
    for (std::uint32_t c = 0; c < pool.out_cols; ++c) {
      take_maxima(state, store.local, r, c, pixel.data());
      const std::uint64_t address = store.address + (std::uint64_t{r} * pool.out_dim + c) * state.store.stride;
      if (!memory.write(address, pixel.data(), cols)) return outside_memory("write", address, cols);
      facts.requests += dma_requests(state.accelerator, address, cols);
    }
  }
  facts.rows = pool.out_rows * pool.out_cols;
  facts.row_bytes = cols;
  const std::uint32_t pixels = pool.rows * pool.cols;
  // Without a pixel the store may start behind the last row.
  facts.reads[0] = local_range(store.local.accumulator(), pixels == 0 ? 0 : store.local.store_row(), pixels);
  return done(facts);
}

Step store_rows(State& state, Memory& memory, const Store& store) {
  const Local& local = store.local;
  const std::uint32_t first = local.store_row();
  const std::uint32_t dim = state.accelerator.dim;
  const bool words = local.accumulator() && local.full_width();
  const std::uint64_t row_bytes = std::uint64_t{local.cols} * (words ? 4 : 1);

  const bool normalises = local.accumulator() && local.norm_command() != 0;

  Facts facts;
  std::array<std::int8_t, widest_row> row{};
  std::array<std::int32_t, widest_row> row_of_words{};
  for (std::uint32_t r = 0; r < local.rows; ++r) {
    if (local.accumulator()) feed_statistics(state, local, first + r);
    if (normalises) continue;
    if (words) take_words(state, local, first + r, row_of_words.data());
    if (!words) take_bytes(state, local, first + r, row.data());
    const std::uint64_t address = store.address + std::uint64_t{r} * state.store.stride;
    const void* from = words ? static_cast<const void*>(row_of_words.data()) : row.data();
    if (!memory.write(address, from, row_bytes)) return outside_memory("write", address, row_bytes);
    facts.requests += dma_requests(state.accelerator, address, row_bytes);
  }
  facts.rows = local.rows;
  facts.row_bytes = normalises ? 0 : row_bytes;
  facts.reads[0] = local_range(local.accumulator(), first, (local.cols - 1) / dim * dim + local.rows);
  return done(facts);
}

}  // namespace

Step outside_memory(const char* what, std::uint64_t address, std::uint64_t bytes) {
  return {.outcome = Outcome::fault,
          .reason = fmt::format("DMA {} of {} bytes at {:#x} is outside memory", what, bytes, address),
          .facts = {}};
}

Step execute(State& state, Memory& memory, const Store& store) {
  if (std::string text = broken_rule(state, store); !text.empty()) return invalid(std::move(text));
  const bool pools = state.store.pooling.stride != 0;
  Step step = pools ? store_maxima(state, memory, store) : store_rows(state, memory, store);
  step.facts.cols = store.local.cols;
  step.facts.address = store.address;
  step.facts.stride = state.store.stride;
  return step;
}

}  // namespace exogene::gemmini

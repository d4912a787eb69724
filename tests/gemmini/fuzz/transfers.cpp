// Loads, stores, and stores in the order in which programs normalise.

#include <algorithm>

#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

/// Bits of a store's source that mean nothing in the scratchpad.
constexpr std::uint32_t not_row_or_accumulator = 0x7c000000U;

std::uint32_t blocks(const State& state, std::uint32_t cols) {
  return (cols + state.accelerator.dim - 1) / state.accelerator.dim;
}

std::uint32_t memory_rows(const State& state, bool accumulator) {
  return accumulator ? state.accelerator.accumulator_rows : state.accelerator.scratchpad_rows;
}

/// Bits of an address that the instruction does not look at.
std::uint32_t ignored(Random& random, std::uint32_t mask) {
  return random.one_in(6) ? static_cast<std::uint32_t>(random.word()) & mask : 0;
}

const Area& target(Random& random) {
  return random.one_in(10) ? all_memory : targets;
}

Command draw_pooled_store(Random& random, const State& state) {
  const Pooling& pool = state.store.pooling;
  const bool accumulator = !random.one_in(3);
  const std::uint32_t cols = random.size(state.accelerator.dim);
  const std::uint32_t all = memory_rows(state, accumulator);
  const std::uint32_t row = random.place(all - std::min(all, pool.rows * pool.cols));
  const std::uint32_t flags =
      (accumulator ? accumulator_bit : 0) | ignored(random, accumulator ? accumulate_bit : not_row_or_accumulator);
  const std::uint32_t rows = random.below(70);  // those of CONFIG_ST count
  const std::uint64_t pixels = std::uint64_t{pool.out_rows} * pool.out_dim + pool.out_cols + 1;
  return transfer(Kind::mvout, draw_address(random, target(random), pixels, cols, state.store.stride),
                  {.word = flags | row, .cols = cols, .rows = rows});
}

Command store_of(Random& random, const State& state, const Local& local) {
  const std::uint64_t bytes = local.accumulator() && local.full_width() ? 4 : 1;
  return transfer(Kind::mvout, draw_address(random, target(random), local.rows, local.cols * bytes, state.store.stride),
                  local);
}

}  // namespace

std::uint64_t draw_address(Random& random, const Area& area, std::uint64_t rows, std::uint64_t bytes,
                           std::uint64_t stride) {
  const bool upwards = static_cast<std::int64_t>(stride) < 0;
  const std::uint64_t skip = (rows - 1) * (upwards ? -stride : stride);
  return area.first + (upwards ? skip : 0) + random.below(area.bytes - skip - bytes + 1);
}

Command draw_load(Random& random, const State& state) {
  const std::uint32_t id = random.below(3), dim = state.accelerator.dim;
  const LoadChannel& channel = state.channels[id];
  const bool accumulator = random.one_in(2), zeros = random.one_in(10);
  const std::uint32_t repeats = channel.pixel_repeats;
  if (!channel.configured || channel.block_stride == 0 || repeats > dim) return draw_config_ld(random, state, id);

  const bool words = accumulator && !channel.shrunk;
  const std::uint32_t widest = repeats > 1 ? dim / repeats : words || (zeros && accumulator) ? dim : 4 * dim;
  Local local{.cols = random.size(widest), .rows = random.size(std::min(dim, channel.block_stride))};
  const std::uint64_t all = memory_rows(state, accumulator);
  std::uint64_t span = std::uint64_t{blocks(state, local.cols) - 1} * channel.block_stride + local.rows;
  if (span > all) {
    local.cols = std::min(local.cols, dim);
    span = local.rows;
  }
  local.word = random.place(static_cast<std::uint32_t>(all - span));
  local.word |= ignored(random, full_width_bit | (accumulator ? 0 : accumulate_bit));
  if (accumulator) local.word |= accumulator_bit | (random.one_in(2) ? accumulate_bit : 0);
  const std::uint64_t address =
      zeros ? 0 : draw_address(random, all_memory, local.rows, local.cols * (words ? 4ULL : 1ULL), channel.stride);
  constexpr Kind load_kinds[] = {Kind::mvin, Kind::mvin2, Kind::mvin3};
  return transfer(load_kinds[id], address, local);
}

Command draw_store(Random& random, const State& state) {
  if (!state.store.configured) return draw_config_st(random);
  if (state.store.pooling.stride != 0) return draw_pooled_store(random, state);
  const std::uint32_t dim = state.accelerator.dim;
  const bool accumulator = !random.one_in(3), words = accumulator && random.one_in(4);
  Local local{.cols = random.size(words ? dim : 4 * dim), .rows = random.size(dim)};
  const std::uint32_t span = (blocks(state, local.cols) - 1) * dim + local.rows;
  local.word = random.place(memory_rows(state, accumulator) - span);
  local.word |= ignored(random, accumulator ? accumulate_bit : not_row_or_accumulator);
  if (accumulator) local.word |= accumulator_bit | (words ? full_width_bit : 0);
  if (accumulator && random.one_in(6)) local.word |= random.below(8) << 26;
  return store_of(random, state, local);
}

Commands draw_normalisation(Random& random, const State& state) {
  if (!state.store.configured || state.store.pooling.stride != 0) return {draw_config_st(random)};
  const std::uint32_t dim = state.accelerator.dim;
  const std::uint32_t cols = random.size(4 * dim), rows = random.one_in(3) ? random.size(dim) : 1;
  const std::uint32_t first = random.place(memory_rows(state, true) - (blocks(state, cols) - 1) * dim - rows);
  Commands commands{draw_config_norm(random, state)};
  constexpr std::uint32_t norm_commands[2][5] = {{1, 2, 3, 4, 0}, {5, 5, 6, 7, 0}};
  for (const std::uint32_t command : norm_commands[random.below(2)]) {
    if ((command == 1 || command == 3 || command == 6) && random.one_in(2)) continue;
    const std::uint32_t word = accumulator_bit | command << 26 | first;
    commands.push_back(store_of(random, state, {.word = word, .cols = cols, .rows = rows}));
  }
  return commands;
}

}  // namespace exogene::gemmini::fuzz

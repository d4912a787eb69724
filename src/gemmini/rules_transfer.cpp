// Rules of loads and stores.

#include "gemmini/rule.hpp"

namespace exogene::gemmini {
namespace {

using namespace rule;

std::uint64_t blocks(const State& state, const Local& local) {
  return (local.cols + state.accelerator.dim - 1) / state.accelerator.dim;
}

std::string empty(const char* what, const Local& local) {
  if (local.rows > 0 && local.cols > 0) return {};
  return format("{} of {} rows and {} columns moves nothing", what, local.rows, local.cols);
}

std::string too_tall(const char* what, const State& state, const Local& local) {
  if (local.rows <= state.accelerator.dim) return {};
  return format("{} of {} rows is taller than the array's {}", what, local.rows, state.accelerator.dim);
}

std::string too_wide(const char* what, const State& state, const Local& local) {
  const std::uint32_t most = widest_transfer(state.accelerator);
  if (local.cols <= most) return {};
  return format("{} of {} columns is wider than four blocks = {}", what, local.cols, most);
}

// MVIN, MVIN2, MVIN3

std::string load_channel_is_configured(const State& state, const Load& load) {
  if (state.channels[load.channel].configured) return {};
  return format("load on channel {}, which no CONFIG_LD has set up", load.channel);
}

std::string load_moves_something(const State&, const Load& load) {
  return empty("load", load.local);
}

std::string load_is_not_too_tall(const State& state, const Load& load) {
  return too_tall("load", state, load.local);
}

std::string load_is_not_too_wide(const State& state, const Load& load) {
  return too_wide("load", state, load.local);
}

std::string load_of_words_is_one_block(const State& state, const Load& load) {
  const std::uint32_t dim = state.accelerator.dim;
  const bool words = load.address == 0 || !state.channels[load.channel].shrunk;
  if (!load.local.accumulator() || !words || load.local.cols <= dim) return {};
  return format("load of {} columns of {} into the accumulator is wider than one block = {}", load.local.cols,
                load.address == 0 ? "zeros" : "32-bit data", dim);
}

std::string load_blocks_do_not_overlap(const State& state, const Load& load) {
  const std::uint32_t stride = state.channels[load.channel].block_stride;
  if (stride >= load.local.rows) return {};
  return format("load of {} rows on channel {}, whose block stride is only {}", load.local.rows, load.channel, stride);
}

std::string load_repeats_fit_row(const State& state, const Load& load) {
  const std::uint32_t repeats = state.channels[load.channel].pixel_repeats;
  const std::uint32_t dim = state.accelerator.dim;
  if (repeats == 1 || repeats * load.local.cols <= dim) return {};
  return format("load of {} columns, repeated for {} pixels, is wider than one block = {}", load.local.cols, repeats,
                dim);
}

std::string load_rows_exist(const State& state, const Load& load) {
  const std::uint64_t first = load.local.write_row();
  const std::uint64_t skip = (blocks(state, load.local) - 1) * state.channels[load.channel].block_stride;
  return outside_either(state, load.local.accumulator(), first, first + skip + load.local.rows);
}

// MVOUT

bool pools(const State& state) {
  return state.store.pooling.stride != 0;
}

std::string store_is_configured(const State& state, const Store&) {
  if (state.store.configured) return {};
  return "store although no CONFIG_ST came before";
}

std::string store_moves_something(const State& state, const Store& store) {
  if (pools(state) && store.local.cols > 0) return {};
  return empty("store", store.local);
}

std::string store_is_not_too_tall(const State& state, const Store& store) {
  if (pools(state)) return {};  // the rows are those of CONFIG_ST
  return too_tall("store", state, store.local);
}

std::string store_is_not_too_wide(const State& state, const Store& store) {
  return too_wide("store", state, store.local);
}

std::string store_of_words_is_one_block(const State& state, const Store& store) {
  const Local& local = store.local;
  if (!local.accumulator() || !local.full_width() || local.cols <= state.accelerator.dim) return {};
  return format("store of {} columns of 32-bit data is wider than one block = {}", local.cols, state.accelerator.dim);
}

std::string store_of_maxima_is_plain(const State& state, const Store& store) {
  const auto& [word, cols, rows] = store.local;
  if (!pools(state)) return {};
  if (cols > state.accelerator.dim) {
    return format("pooled store of {} columns is wider than one block = {}", cols, state.accelerator.dim);
  }
  if (store.local.accumulator() && (store.local.full_width() || store.local.norm_command() != 0)) {
    return "a pooled store can neither be of 32-bit data nor normalise";
  }
  return {};
}

std::string store_rows_exist(const State& state, const Store& store) {
  if (pools(state)) {
    const std::uint64_t start = store.local.store_row();
    const Pooling& pool = state.store.pooling;
    return outside_either(state, store.local.accumulator(), start, start + std::uint64_t{pool.rows} * pool.cols);
  }
  const std::uint64_t first = store.local.store_row();
  const std::uint64_t skip = (blocks(state, store.local) - 1) * state.accelerator.dim;
  return outside_either(state, store.local.accumulator(), first, first + skip + store.local.rows);
}

}  // namespace

std::string broken_rule(const State& state, const Load& load) {
  return first_broken<load_channel_is_configured, load_moves_something, load_is_not_too_tall, load_is_not_too_wide,
                      load_of_words_is_one_block, load_blocks_do_not_overlap, load_repeats_fit_row, load_rows_exist>(
      state, load);
}

std::string broken_rule(const State& state, const Store& store) {
  return first_broken<store_is_configured, store_moves_something, store_is_not_too_tall, store_is_not_too_wide,
                      store_of_words_is_one_block, store_of_maxima_is_plain, store_rows_exist>(state, store);
}

}  // namespace exogene::gemmini

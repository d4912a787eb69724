#include "compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace exogene::gemmini::fuzz {
namespace {

template <class Element>
std::string elements(const char* name, const std::vector<Element>& model, const std::vector<Element>& plain,
                     std::uint32_t dim) {
  if (model == plain) return {};
  const auto at =
      static_cast<std::size_t>(std::mismatch(model.begin(), model.end(), plain.begin()).first - model.begin());
  return fmt::format("{} row {} column {}: model {}, plain model {}", name, at / dim, at % dim, model[at], plain[at]);
}

std::string bytes(const test::ByteMemory& memory, const scalar::Machine& plain) {
  if (memory.bytes == plain.memory) return {};
  const auto found = std::mismatch(memory.bytes.begin(), memory.bytes.end(), plain.memory.begin());
  return fmt::format("memory at {:#x}: model {}, plain model {}",
                     test::ByteMemory::base + static_cast<std::uint64_t>(found.first - memory.bytes.begin()),
                     static_cast<std::int8_t>(*found.first), static_cast<std::int8_t>(*found.second));
}

/// Collects the first setting that differs.
struct Settings {
  std::string text;

  template <class Value>
  void same(const char* name, Value model, Value plain) {
    if (model != plain && text.empty()) text = fmt::format("{}: model {}, plain model {}", name, model, plain);
  }
  void same(const char* name, float model, float plain) {
    same(name, std::bit_cast<std::uint32_t>(model), std::bit_cast<std::uint32_t>(plain));
  }
};

void compare_channels(Settings& settings, const State& state, const scalar::Machine& plain) {
  for (std::size_t id = 0; id < 3; ++id) {
    const LoadChannel& model = state.channels[id];
    const scalar::Channel& channel = plain.channels[id];
    settings.same("shrunk load", model.shrunk, channel.shrunk);
    settings.same("block stride", model.block_stride, channel.block_stride);
    settings.same("pixel repeats", model.pixel_repeats, channel.repeats);
    settings.same("scale of a load", model.scale, channel.scale);
    settings.same("row stride of a load", model.stride, channel.stride);
  }
}

void compare_stores(Settings& settings, const State& state, const scalar::Machine& plain) {
  const Pooling& model = state.store.pooling;
  const scalar::Pool& pool = plain.storing.pool;
  settings.same("relu of stores", state.store.relu, plain.storing.relu);
  settings.same("row stride of stores", state.store.stride, plain.storing.stride);
  settings.same("scale of stores", state.store.scale, plain.storing.scale);
  settings.same("pool stride", model.stride, pool.stride);
  if (pool.stride == 0) return;
  settings.same("pool size", model.size, pool.size);
  settings.same("upper pool pad", model.upper_pad, pool.upper_pad);
  settings.same("left pool pad", model.left_pad, pool.left_pad);
  settings.same("pooled columns of the output", model.out_dim, pool.out_dim);
  settings.same("pooled rows", model.out_rows, pool.out_rows);
  settings.same("pooled columns", model.out_cols, pool.out_cols);
  settings.same("rows to be pooled", model.rows, pool.rows);
  settings.same("columns to be pooled", model.cols, pool.cols);
}

void compare_array(Settings& settings, const State& state, const scalar::Machine& plain) {
  const ExecuteUnit& model = state.execute;
  const scalar::Executing& executing = plain.executing;
  settings.same("weights stationary", model.weight_stationary, executing.weight_stationary);
  settings.same("transposed A", model.transpose_a, executing.transpose_a);
  settings.same("transposed B", model.transpose_b, executing.transpose_b);
  settings.same("relu of the array", model.relu, executing.relu);
  settings.same("shift", model.shift, executing.shift);
  settings.same("row stride of A", model.a_stride, executing.a_stride);
  settings.same("row stride of C", model.c_stride, executing.c_stride);
  settings.same("preload pending", state.preload.age == Preload::Age::pending, plain.pending);
  settings.same("array known", state.registers.known, plain.held_known);
  if (!plain.pending) return;
  const Local &weights = state.preload.weights, &result = state.preload.result;
  settings.same("address of the preload", weights.word, plain.weights.address);
  settings.same("columns of the preload", weights.cols, plain.weights.cols);
  settings.same("rows of the preload", weights.rows, plain.weights.rows);
  settings.same("address of C", result.word, plain.result.address);
  settings.same("columns of C", result.cols, plain.result.cols);
  settings.same("rows of C", result.rows, plain.result.rows);
}

void compare_normalisation(Settings& settings, const State& state, const scalar::Machine& plain) {
  const Normalisation& model = state.normalisation;
  const scalar::Normalising& normalising = plain.normalising;
  settings.same("activation", static_cast<std::uint32_t>(model.activation), normalising.activation);
  settings.same("set of statistics", model.id, normalising.id);
  settings.same("qb", model.qb, normalising.qb);
  settings.same("qc", model.qc, normalising.qc);
  settings.same("q of ln 2", model.qln2, normalising.qln2);
  settings.same("q of 1 / ln 2", model.qln2_inverse, normalising.qln2_inverse);
  for (std::size_t id = 0; id < 4; ++id) {
    const Statistics& set = model.sets[id];
    const scalar::RowNumbers& numbers = normalising.rows[id];
    settings.same("pending reset", set.reset, numbers.reset);
    settings.same("sum", set.sum, numbers.sum);
    settings.same("count", set.count, numbers.count);
    settings.same("mean", set.mean, numbers.mean);
    settings.same("maximum", set.max, numbers.max);
    settings.same("running maximum", set.running_max, numbers.running_max);
    settings.same("inverse", set.inverse, numbers.inverse);
  }
}

}  // namespace

std::string difference(const State& state, const test::ByteMemory& memory, const scalar::Machine& plain) {
  const std::uint32_t dim = plain.dim;
  std::string text = elements("scratchpad", state.scratchpad.data, plain.scratchpad, dim);
  if (text.empty()) text = elements("accumulator", state.accumulator.data, plain.accumulator, dim);
  if (text.empty()) text = bytes(memory, plain);
  if (!text.empty()) return text;
  Settings settings;
  compare_channels(settings, state, plain);
  compare_stores(settings, state, plain);
  compare_array(settings, state, plain);
  compare_normalisation(settings, state, plain);
  settings.same("scratchpad rows used", state.scratchpad.rows_used, plain.scratchpad_rows_used);
  settings.same("accumulator rows used", state.accumulator.rows_used, plain.accumulator_rows_used);
  settings.same("half of the next matrix loop", state.halves.matmul_operands, plain.matmul_operands_up);
  settings.same("half of the next product", state.halves.matmul_result, plain.matmul_result_up);
  settings.same("half of the next bias", state.halves.conv_bias, plain.conv_bias_up);
  settings.same("half of the next convolution", state.halves.conv_result, plain.conv_result_up);
  if (settings.text.empty() && plain.held_known) {
    const Registers& registers = state.registers;
    const std::vector<std::int32_t> weights(registers.weights.begin(), registers.weights.end());
    return elements("array", state.execute.weight_stationary ? weights : registers.sums, plain.held, dim);
  }
  return settings.text;
}

}  // namespace exogene::gemmini::fuzz

// MVOUT.

#include <algorithm>

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

std::int8_t scaled_and_rectified(const Machine& machine, std::int32_t value) {
  const bool relu = machine.storing.relu;
  if (relu && machine.has(Fault::store_relu_before_scale)) {
    return scaled(machine, std::max(value, 0), machine.storing.scale);
  }
  const std::int8_t result = scaled(machine, value, machine.storing.scale);
  return relu ? std::max<std::int8_t>(result, 0) : result;
}

void store_element(Machine& machine, const Operand& from, std::uint64_t row_address, std::uint32_t row,
                   std::uint32_t c) {
  const std::uint32_t col = c % machine.dim;
  if (!from.accumulator()) {
    const std::int8_t value = machine.scratchpad_at(row, col);
    const bool relu = machine.storing.relu && machine.has(Fault::store_relu_scratchpad);
    return machine.write(row_address + c, 1, relu ? std::max<std::int8_t>(value, 0) : value);
  }
  const std::int32_t raw = machine.accumulator_at(row, col);
  const std::int32_t value = activate(machine, raw);
  if (!from.full_width()) return machine.write(row_address + c, 1, scaled_and_rectified(machine, value));
  const bool relu = machine.storing.relu && machine.has(Fault::store_relu_words);
  const std::int32_t word = machine.has(Fault::store_words_without_activation) ? raw : value;
  machine.write(row_address + std::uint64_t{c} * 4, 4, relu ? std::max(word, 0) : word);
}

/// The form of a command for all blocks of a row but the last.
std::uint32_t unfinished(std::uint32_t command) {
  return command == 2 ? 1 : command == 4 ? 3 : command == 7 ? 6 : command;
}

void normalise_row(Machine& machine, std::uint32_t command, std::uint32_t row, std::uint32_t cols) {
  for (std::uint32_t c = 0; c < cols; c += machine.dim) {
    const bool last = c + machine.dim >= cols || machine.has(Fault::norm_every_block_last);
    normalise(machine, last ? command : unfinished(command), row + c, std::min(machine.dim, cols - c));
  }
}

std::int32_t pooled_element(const Machine& machine, const Operand& from, std::int64_t row, std::int64_t col,
                            std::uint32_t channel) {
  const Pool& pool = machine.storing.pool;
  if (row < 0 || col < 0 || row >= pool.rows || col >= pool.cols) {
    return machine.has(Fault::pool_pad_smallest) ? -128 : 0;
  }
  const std::uint32_t place = field(from.address, 25, 0) + static_cast<std::uint32_t>(row * pool.cols + col);
  if (!from.accumulator()) return machine.scratchpad_at(place, channel);
  return scaled_and_rectified(machine, machine.accumulator_at(place, channel));
}

void store_pooled(Machine& machine, std::uint64_t address, const Operand& from) {
  const Pool& pool = machine.storing.pool;
  const bool swapped = machine.has(Fault::pool_pads_swapped);
  const std::int64_t upper = swapped ? pool.left_pad : pool.upper_pad, left = swapped ? pool.upper_pad : pool.left_pad;
  const std::uint32_t out_dim = machine.has(Fault::pool_dense_rows) ? pool.out_cols : pool.out_dim;
  for (std::uint32_t r = 0; r < pool.out_rows; ++r) {
    for (std::uint32_t c = 0; c < pool.out_cols; ++c) {
      for (std::uint32_t channel = 0; channel < from.cols; ++channel) {
        std::int32_t most = machine.has(Fault::pool_starts_at_zero) ? 0 : -128;
        for (std::uint32_t i = 0; i < pool.size; ++i) {
          for (std::uint32_t j = 0; j < pool.size; ++j) {
            const std::int64_t row = std::int64_t{r} * pool.stride + i - upper;
            const std::int64_t col = std::int64_t{c} * pool.stride + j - left;
            most = std::max(most, pooled_element(machine, from, row, col, channel));
          }
        }
        const std::uint64_t pixel = std::uint64_t{r} * out_dim + c;
        machine.write(address + pixel * machine.storing.stride + channel, 1, most);
      }
    }
  }
}

}  // namespace

void store(Machine& machine, std::uint64_t address, const Operand& from) {
  if (machine.storing.pool.stride != 0) return store_pooled(machine, address, from);
  const std::uint32_t base = field(from.address, 25, 0), command = field(from.address, 28, 26);
  const std::uint32_t block_rows = machine.dim + (machine.has(Fault::store_block_stride) ? 1 : 0);
  for (std::uint32_t r = 0; r < from.rows; ++r) {
    if (from.accumulator()) {
      normalise_row(machine, command, base + r, from.cols);
      if (command != 0) continue;
    }
    const std::uint64_t row_address = address + std::uint64_t{r} * machine.storing.stride;
    for (std::uint32_t c = 0; c < from.cols; ++c) {
      store_element(machine, from, row_address, base + r + c / machine.dim * block_rows, c);
    }
  }
}

}  // namespace exogene::gemmini::scalar

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "gemmini/accelerator.hpp"
#include "gemmini/isa.hpp"
#include "gemmini/loop_conv.hpp"
#include "gemmini/loop_ws.hpp"
#include "gemmini/normalisation.hpp"

namespace exogene::gemmini {

/// Scratchpad (int8) or accumulator (int32): rows of dim elements, zero at the start.
template <class Element>
struct LocalMemory {
  std::uint32_t rows, dim;
  std::vector<Element> data;
  std::vector<std::uint8_t> written;  ///< 1 for each row that ever was
  std::uint32_t rows_used = 0;        ///< distinct rows ever written

  LocalMemory(std::uint32_t row_count, std::uint32_t row_length)
      : rows(row_count), dim(row_length), data(std::size_t{row_count} * row_length), written(row_count) {}
  Element* row(std::uint32_t index) { return data.data() + std::size_t{index} * dim; }
  const Element* row(std::uint32_t index) const { return data.data() + std::size_t{index} * dim; }
  Element* row_to_write(std::uint32_t index) {
    rows_used += 1U - written[index];
    written[index] = 1;
    return row(index);
  }
  /// The first of `count` rows behind each other; all of them will be written.
  Element* rows_to_write(std::uint32_t first, std::uint32_t count) {
    // Most were before.
    if (std::memchr(&written[first], 0, count) != nullptr)
      for (std::uint32_t i = 0; i < count; ++i) row_to_write(first + i);
    return row(first);
  }
};

struct LoadChannel {
  bool configured = false, shrunk = false;
  std::uint32_t block_stride = 0, pixel_repeats = 1;
  float scale = 1.0F;
  std::uint64_t stride = 0;
};

struct StoreUnit {
  bool configured = false, relu = false;
  std::uint32_t stride = 0;
  float scale = 1.0F;
  Pooling pooling;
};

struct ExecuteUnit {
  bool configured = false, weight_stationary = false, transpose_a = false, transpose_b = false, relu = false;
  std::uint32_t shift = 0, a_stride = 1, c_stride = 1;
};

/// The last PRELOAD. The first compute after it uses it up: on the hardware a second one has nowhere to write.
struct Preload {
  enum class Age : std::uint8_t { never, pending, used };
  Age age = Age::never;
  Local weights, result;
};

/// What the array's registers hold: the weights, or the sums when these are stationary.
struct Registers {
  bool known = false;                ///< false at the start, and after what left them to chance
  std::uint32_t cols = 0;            ///< of the weights
  std::vector<std::int8_t> weights;  ///< [dim][dim]
  std::vector<std::int32_t> sums;    ///< [dim][dim]
};

/// Where the next hardware loops put their operands: successive loops use alternate halves of the local memories, so
/// that one can load while the other computes.
struct LoopHalves {
  bool matmul_operands = false, matmul_result = false;  ///< true: the upper half
  bool conv_bias = false, conv_result = false;
};

/// Everything that the instructions read and change.
struct State {
  Accelerator accelerator;
  LocalMemory<std::int8_t> scratchpad;
  LocalMemory<std::int32_t> accumulator;
  std::array<LoadChannel, 3> channels;
  StoreUnit store;
  ExecuteUnit execute;
  Preload preload;
  Registers registers;
  Normalisation normalisation;
  LoopWs loop_ws;
  LoopConv loop_conv;
  LoopHalves halves;

  explicit State(const Accelerator& parameters)
      : accelerator(parameters),
        scratchpad(parameters.scratchpad_rows, parameters.dim),
        accumulator(parameters.accumulator_rows, parameters.dim) {
    registers.weights.resize(std::size_t{parameters.dim} * parameters.dim);
    registers.sums.resize(registers.weights.size());
  }
};

}  // namespace exogene::gemmini

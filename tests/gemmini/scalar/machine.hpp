#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "fault.hpp"
#include "gemmini/accelerator.hpp"
#include "gemmini/isa.hpp"

/// A second model of the accelerator, as plain as can be: one element after another, one page for every group of the
/// instruction set. It is written from the Gemmini instruction set alone, checks nothing, and is there to be compared
/// with the model in src/gemmini.
namespace exogene::gemmini::scalar {

/// Operand of a transfer, PRELOAD or COMPUTE: address[31:0], columns[47:32], rows[63:48].
struct Operand {
  std::uint32_t address = 0xffffffffU, cols = 0, rows = 0;

  bool none() const { return address == 0xffffffffU; }
  bool accumulator() const { return address >> 31 != 0; }
  bool accumulate() const { return (address >> 30 & 1U) != 0; }
  bool full_width() const { return (address >> 29 & 1U) != 0; }
};

struct Channel {
  bool shrunk = false;
  std::uint32_t block_stride = 0, repeats = 1;
  float scale = 1.0F;
  std::uint64_t stride = 0;
};

struct Pool {
  std::uint32_t stride = 0, size = 0, upper_pad = 0, left_pad = 0, out_dim = 0, out_rows = 0, out_cols = 0;
  std::uint32_t rows = 0, cols = 0;
};

struct Storing {
  bool relu = false;
  Pool pool;
  std::uint32_t stride = 0;
  float scale = 1.0F;
};

struct Executing {
  bool weight_stationary = false, transpose_a = false, transpose_b = false, relu = false;
  std::uint32_t shift = 0, a_stride = 1, c_stride = 1;
};

/// The numbers of one row that is being normalised.
struct RowNumbers {
  bool reset = true;  ///< before the next command
  std::int32_t sum = 0, count = 0, mean = 0, max = 0, running_max = std::numeric_limits<std::int32_t>::min();
  float inverse = 0.0F;
};

struct Normalising {
  std::uint32_t activation = 0;  ///< 0 none, 1 relu, 2 layernorm, 3 igelu, 4 softmax
  std::int32_t qb = 0, qc = 0, qln2 = 0, qln2_inverse = 0;
  std::uint32_t id = 0;
  std::array<RowNumbers, 4> rows;
};

/// Operands of the hardware loops as their commands brought them.
struct LoopOperands {
  std::uint64_t bounds[2], addresses_ab[2], addresses_dc[2], strides_ab[2], strides_dc[2];
  std::uint64_t conv[6][2];
};

struct Machine {
  std::uint32_t dim;
  std::uint32_t scratchpad_rows, accumulator_rows;
  Rounding rounding;
  Fault fault;
  std::vector<std::int8_t> scratchpad;                                ///< [rows][dim]
  std::vector<std::int32_t> accumulator;                              ///< [rows][dim]
  std::vector<bool> scratchpad_written, accumulator_written;          ///< rows
  std::uint32_t scratchpad_rows_used = 0, accumulator_rows_used = 0;  ///< that were ever written
  std::uint64_t memory_base;
  std::vector<std::uint8_t> memory;
  std::array<Channel, 3> channels{};
  Storing storing;
  Executing executing;
  Normalising normalising;
  Operand weights, result;         ///< of the last PRELOAD
  bool pending = false;            ///< no compute has come since
  std::vector<std::int32_t> held;  ///< what the array keeps: weights, or sums when these are stationary
  bool held_known = false;         ///< a program can rely on it
  LoopOperands loops{};
  /// Halves of the local memories that the next loops use: true, the upper one.
  bool matmul_operands_up = false, matmul_result_up = false, conv_bias_up = false, conv_result_up = false;

  Machine(const Accelerator& accelerator, std::uint64_t first_address, std::vector<std::uint8_t> bytes,
          Fault planted = Fault::none);

  bool has(Fault planted) const { return fault == planted; }
  /// Element of a local memory. Throws std::out_of_range.
  std::int8_t scratchpad_at(std::uint32_t row, std::uint32_t col) const;
  std::int32_t accumulator_at(std::uint32_t row, std::uint32_t col) const;
  void write_scratchpad(std::uint32_t row, std::uint32_t col, std::int8_t value);
  void write_accumulator(std::uint32_t row, std::uint32_t col, std::int32_t value);
  /// Number of 1 or 4 bytes, lowest first, in memory. Throws std::out_of_range.
  std::int32_t read(std::uint64_t address, std::uint32_t bytes) const;
  void write(std::uint64_t address, std::uint32_t bytes, std::int32_t value);
};

/// Carries out one command, of which it is known that the hardware can do it.
void execute(Machine& machine, Kind kind, std::uint64_t rs1, std::uint64_t rs2);

// The pages.
void config_ex(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);
void config_ld(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);
void config_st(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);
void config_norm(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);
void load(Machine& machine, std::uint32_t channel, std::uint64_t address, const Operand& to);
void preload(Machine& machine, const Operand& weights, const Operand& result);
void compute(Machine& machine, bool preloaded, const Operand& a, const Operand& bd);
void store(Machine& machine, std::uint64_t address, const Operand& from);
void loop_ws(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);
void loop_conv_ws(Machine& machine, std::uint64_t rs1, std::uint64_t rs2);

/// One norm command on `count` numbers of accumulator row `row`.
void normalise(Machine& machine, std::uint32_t command, std::uint32_t row, std::uint32_t count);
/// What the activation makes of an accumulator element before it is scaled.
std::int32_t activate(const Machine& machine, std::int32_t value);

}  // namespace exogene::gemmini::scalar

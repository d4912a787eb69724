#pragma once

#include <cstdint>
#include <string>

#include "gemmini/array.hpp"
#include "gemmini/memory.hpp"
#include "gemmini/rules.hpp"
#include "gemmini/state.hpp"

namespace exogene::gemmini {

/// Rows [first, end) of a local memory. Empty when first == end.
struct LocalRange {
  bool accumulator = false;
  std::uint32_t first = 0, end = 0;
};

/// What one executed command did, with everything resolved: what counts and timing are made from.
struct Facts {
  Kind kind = Kind::fence;
  std::uint32_t rows = 0, cols = 0;       ///< transfer: of the tile; compute: of A
  std::uint64_t address = 0, stride = 0;  ///< transfer: memory address (0 = zeros) and bytes from row to row
  std::uint64_t row_bytes = 0;            ///< transfer: contiguous bytes of a row, 0 for zeros
  std::uint64_t requests = 0;             ///< transfer: DMA requests
  LocalRange writes;                      ///< load: destination; preload: C
  LocalRange reads[2];                    ///< store: source; preload: B; compute: A, D
  bool keeps_weights = false;             ///< preload without new weights
  std::uint64_t macs = 0;
};

enum class Outcome : std::uint8_t {
  done,
  invalid,  ///< the hardware would fail, or this model does not know the instruction yet
  fault,    ///< a DMA access outside memory
  illegal,  ///< no such instruction: the hardware traps
};

struct Step {
  Outcome outcome = Outcome::done;
  std::string reason;  ///< empty when done
  Facts facts;
};

/// The functional model: executes commands one after another, in program order. A command that breaks a rule changes
/// nothing; one that faults may have moved some of its rows.
class Model {
 public:
  /// Throws std::invalid_argument if problem(accelerator) is not empty. The memory must outlive the model.
  Model(const Accelerator& accelerator, Memory& memory);

  /// One custom-3 instruction. Commands are numbered from 1 in reasons.
  Step execute(unsigned funct, std::uint64_t rs1, std::uint64_t rs2);

  const State& state() const { return state_; }

 private:
  Step dispatch(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2);
  Step configure_execute(const ConfigEx& config);
  Step configure_load(const ConfigLd& config);
  Step configure_store(const ConfigSt& config);
  Step load(const Load& load);
  Step store(const Store& store);
  Step preload(const PreloadOperands& operands);
  Step compute(const ComputeOperands& operands);
  void load_weights();
  void write_result(const std::int32_t* sums);

  State state_;
  Memory& memory_;
  MultiplyBlock multiply_;
  std::uint64_t commands_ = 0;
};

}  // namespace exogene::gemmini

#pragma once

#include <cstdint>
#include <functional>

#include "gemmini/array.hpp"
#include "gemmini/counters.hpp"
#include "gemmini/facts.hpp"
#include "gemmini/memory.hpp"
#include "gemmini/rules.hpp"
#include "gemmini/state.hpp"

namespace exogene::gemmini {

/// The functional model: executes commands one after another, in program order. A command that breaks a rule changes
/// nothing; one that faults may have moved some of its rows.
class Model {
 public:
  using Observer = std::function<void(const Facts&)>;

  /// `host` says what the products may use. The observer is told of every command that was carried out, in program
  /// order: those of a hardware loop come behind the loop's own. Throws std::invalid_argument if problem(accelerator)
  /// is not empty. The memory must outlive the model.
  Model(const Accelerator& accelerator, Memory& memory, Observer observer = {}, Host host = Host::this_one);

  /// One custom-3 instruction. Commands are numbered from 1 in reasons.
  Step execute(unsigned funct, std::uint64_t rs1, std::uint64_t rs2);

  const State& state() const { return state_; }

 private:
  Step carry_out(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2, bool from_loop);
  Step dispatch(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2);
  Step run_loop_ws();
  Step run_loop_conv();
  Step run_loop(const std::function<bool(const Send&)>& expand_loop);

  State state_;
  Memory& memory_;
  MultiplyBlock multiply_;
  Counters counters_;
  Observer observer_;
  std::uint64_t commands_ = 0;
};

}  // namespace exogene::gemmini

#pragma once

#include <riscv/rocc.h>

#include "gemmini/counts.hpp"
#include "gemmini/model.hpp"

namespace exogene::gemmini {

/// Thrown out of the processor by a command that cannot be executed. An instruction that does not exist raises the
/// illegal-instruction trap instead.
struct Stopped {
  Outcome outcome;
  std::string reason;
};

/// The accelerator behind custom-3 instructions. Everything that observes executed commands hangs on custom3().
class Extension : public rocc_t {
 public:
  Extension(const Accelerator& accelerator, Memory& memory) : model_(accelerator, memory) {}

  const char* name() const override { return "gemmini"; }
  reg_t custom3(processor_t* processor, rocc_insn_t instruction, reg_t rs1, reg_t rs2) override;

  const Counts& counts() const { return counts_; }
  const Model& model() const { return model_; }
  void reset_counts() { counts_ = {}; }

 private:
  Model model_;
  Counts counts_;
};

}  // namespace exogene::gemmini

#pragma once

#include <riscv/extension.h>

#include "gemmini/counts.hpp"
#include "gemmini/model.hpp"
#include "gemmini/timing/clock.hpp"

namespace exogene::gemmini {

/// Thrown out of the processor by a command that cannot be executed. An instruction that does not exist raises the
/// illegal-instruction trap instead.
struct Stopped {
  Outcome outcome;
  std::string reason;
};

/// The accelerator behind custom-3 instructions. Everything that observes executed commands hangs on execute().
class Extension : public extension_t {
 public:
  Extension(const Accelerator& accelerator, Memory& memory)
      : model_(accelerator, memory, [this](const Facts& facts) {
          counts_.add(facts);
          if (clock != nullptr) clock->command(facts);
        }) {}

  const char* name() const override { return "gemmini"; }
  std::vector<insn_desc_t> get_instructions(const processor_t& processor) override;
  std::vector<disasm_insn_t*> get_disasms(const processor_t*) override { return {}; }

  /// One instruction; rs1 and rs2 are the operands' values. Returns what goes to rd, if it names one.
  virtual reg_t execute(processor_t& processor, insn_t instruction, reg_t rs1, reg_t rs2);

  const Counts& counts() const { return counts_; }
  const Model& model() const { return model_; }
  void reset_counts() { counts_ = {}; }

  Clock* clock = nullptr;  ///< told of each command when there is one

 private:
  Model model_;
  Counts counts_;
};

}  // namespace exogene::gemmini

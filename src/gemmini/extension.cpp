#include "gemmini/extension.hpp"

namespace exogene::gemmini {

reg_t Extension::custom3(processor_t*, rocc_insn_t instruction, reg_t rs1, reg_t rs2) {
  const Step step = model_.execute(instruction.funct, rs1, rs2);
  switch (step.outcome) {
    case Outcome::done:
      counts_.add(step.facts);
      return 0;
    case Outcome::illegal: {
      rocc_insn_union_t word;
      word.r = instruction;
      throw trap_illegal_instruction(word.i.bits());
    }
    default:
      throw Stopped{step.outcome, step.reason};
  }
}

}  // namespace exogene::gemmini

#include "gemmini/extension.hpp"

#include <riscv/rocc.h>

namespace exogene::gemmini {
namespace {

reg_t custom3(processor_t* processor, insn_t instruction, reg_t pc) {
  rocc_insn_union_t fields;
  fields.i = instruction;
  const auto& registers = processor->get_state()->XPR;
  const reg_t all_ones = ~reg_t{0};
  auto* extension = static_cast<Extension*>(processor->get_extension());
  extension->execute(*processor, instruction, fields.r.xs1 != 0 ? registers[fields.r.rs1] : all_ones,
                     fields.r.xs2 != 0 ? registers[fields.r.rs2] : all_ones);
  return pc + 4;
}

}  // namespace

std::vector<insn_desc_t> Extension::get_instructions(const processor_t&) {
  const insn_func_t none = ::illegal_instruction;
  return {{ROCC_OPCODE3, ROCC_OPCODE_MASK, none, custom3, none, custom3, none, custom3, none, custom3}};
}

void Extension::execute(processor_t&, insn_t instruction, reg_t rs1, reg_t rs2) {
  rocc_insn_union_t fields;
  fields.i = instruction;
  const Step step = model_.execute(fields.r.funct, rs1, rs2);
  switch (step.outcome) {
    case Outcome::done:
      counts_.add(step.facts);
      if (clock != nullptr) clock->command(step.facts, rs2);
      break;
    case Outcome::illegal:
      throw trap_illegal_instruction(instruction.bits());
    default:
      throw Stopped{step.outcome, step.reason};
  }
}

}  // namespace exogene::gemmini

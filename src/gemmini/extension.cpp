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
  const reg_t value =
      extension->execute(*processor, instruction, fields.r.xs1 != 0 ? registers[fields.r.rs1] : all_ones,
                         fields.r.xs2 != 0 ? registers[fields.r.rs2] : all_ones);
  if (fields.r.xd != 0) processor->get_state()->XPR.write(fields.r.rd, value);
  return pc + 4;
}

}  // namespace

std::vector<insn_desc_t> Extension::get_instructions(const processor_t&) {
  const insn_func_t none = ::illegal_instruction;
  return {{ROCC_OPCODE3, ROCC_OPCODE_MASK, none, custom3, none, custom3, none, custom3, none, custom3}};
}

reg_t Extension::execute(processor_t&, insn_t instruction, reg_t rs1, reg_t rs2) {
  rocc_insn_union_t fields;
  fields.i = instruction;
  const Step step = model_.execute(fields.r.funct, rs1, rs2);
  if (step.outcome == Outcome::illegal) throw trap_illegal_instruction(instruction.bits());
  if (step.outcome != Outcome::done) throw Stopped{step.outcome, step.reason};
  if (fields.r.xd != 0 && step.facts.kind != Kind::counter) {
    throw Stopped{Outcome::invalid,
                  "only COUNTER answers: a processor that waits for a register from another command "
                  "waits for ever"};
  }
  return step.value;
}

}  // namespace exogene::gemmini

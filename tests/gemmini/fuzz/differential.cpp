#include "differential.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "compare.hpp"
#include "generator.hpp"

namespace exogene::gemmini::fuzz {
namespace {

Accelerator draw_accelerator(Random& random) {
  const std::uint32_t dim = random.pick({4U, 4U, 8U, 8U, 16U, 16U, 32U});
  return {.dim = dim,
          .scratchpad_rows = dim * random.pick({16U, 24U, 48U}),
          .accumulator_rows = dim * random.pick({8U, 12U, 32U}),
          .dma_max_bytes = random.pick({16U, 64U, 128U}),
          .rounding = random.one_in(2) ? Rounding::c_interface : Rounding::nearest_even};
}

/// What is wrong after one command that both should have carried out, or an empty string.
std::string step(Model& model, test::ByteMemory& memory, scalar::Machine& plain, const Command& command,
                 Result& result) {
  const Step step = model.execute(instruction(command.kind).funct, command.rs1, command.rs2);
  if (step.outcome == Outcome::fault) return step.reason;
  if (step.outcome == Outcome::done) {
    ++result.accepted;
    ++result.of_kind[static_cast<std::size_t>(command.kind)];
    try {
      scalar::execute(plain, command.kind, command.rs1, command.rs2);
    } catch (const std::out_of_range&) {
      return left_memory;
    }
  }
  std::string text = difference(model.state(), memory, plain);
  if (!text.empty() && step.outcome != Outcome::done) text += fmt::format("; refused: {}", step.reason);
  return text;
}

}  // namespace

Result run_stream(std::uint64_t seed, std::uint64_t commands, scalar::Fault fault) {
  Random random(seed);
  const Accelerator accelerator = draw_accelerator(random);
  test::ByteMemory memory;
  for (std::uint8_t& byte : memory.bytes) byte = static_cast<std::uint8_t>(random.word() >> 56);
  Model model(accelerator, memory);
  scalar::Machine plain(accelerator, test::ByteMemory::base, memory.bytes, fault);
  Result result;
  while (result.sent < commands) {
    for (const Command& command :
         result.sent == 0 ? draw_configuration(random, model.state()) : draw(random, model.state())) {
      ++result.sent;
      const std::string text = step(model, memory, plain, command, result);
      if (text.empty()) continue;
      result.difference = fmt::format("seed {}, dim {}, command {} ({} {:#x} {:#x}): {}", seed, accelerator.dim,
                                      result.sent, instruction(command.kind).name, command.rs1, command.rs2, text);
      return result;
    }
  }
  return result;
}

}  // namespace exogene::gemmini::fuzz

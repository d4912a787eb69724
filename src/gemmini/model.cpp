#include "gemmini/model.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "gemmini/compute.hpp"
#include "gemmini/configure.hpp"
#include "gemmini/transfers.hpp"

namespace exogene::gemmini {
namespace {

const Accelerator& checked(const Accelerator& accelerator) {
  if (const std::string text = problem(accelerator); !text.empty()) throw std::invalid_argument(text);
  return accelerator;
}

Step no_instruction(unsigned funct) {
  return {.outcome = Outcome::illegal, .reason = fmt::format("no instruction has funct {}", funct), .facts = {}};
}

}  // namespace

Model::Model(const Accelerator& accelerator, Memory& memory, Observer observer, Host host)
    : state_(checked(accelerator)),
      memory_(memory),
      multiply_(multiply_block(accelerator.dim, host)),
      observer_(std::move(observer)) {}

Step Model::execute(unsigned funct, std::uint64_t rs1, std::uint64_t rs2) {
  ++commands_;
  const Instruction* found = find_instruction(funct, rs1);
  Step step = found != nullptr ? carry_out(*found, rs1, rs2, false) : no_instruction(funct);
  if (step.outcome == Outcome::done && (found->kind == Kind::loop_ws || found->kind == Kind::loop_conv_ws)) {
    Step inner = found->kind == Kind::loop_ws ? run_loop_ws() : run_loop_conv();
    if (inner.outcome != Outcome::done) step = std::move(inner);
  }
  if (step.outcome != Outcome::done) {
    step.reason = fmt::format("command {} ({}): {}", commands_, found != nullptr ? found->name : "?", step.reason);
  }
  return step;
}

Step Model::carry_out(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2, bool from_loop) {
  Step step = dispatch(instruction, rs1, rs2);
  step.facts.kind = instruction.kind;
  step.facts.from_loop = from_loop;
  if (step.outcome == Outcome::done) {
    counters_.add(step.facts);
    if (observer_) observer_(step.facts);
  }
  return step;
}

Step Model::dispatch(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2) {
  using gemmini::execute;
  switch (instruction.kind) {
    case Kind::config_ex:
      return execute(state_, decode_config_ex(rs1, rs2));
    case Kind::config_ld:
      return execute(state_, decode_config_ld(rs1, rs2));
    case Kind::config_st:
      return execute(state_, decode_config_st(rs1, rs2));
    case Kind::config_norm:
      return execute(state_, decode_config_norm(rs1, rs2));
    case Kind::mvin:
      return execute(state_, memory_, Load{.channel = 0, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvin2:
      return execute(state_, memory_, Load{.channel = 1, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvin3:
      return execute(state_, memory_, Load{.channel = 2, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvout:
      return execute(state_, memory_, Store{.address = rs1, .local = decode_local(rs2)});
    case Kind::preload:
      return execute(state_, PreloadOperands{.weights = decode_local(rs1), .result = decode_local(rs2)});
    case Kind::compute_preloaded:
      return execute(state_, multiply_,
                     ComputeOperands{.new_weights = true, .a = decode_local(rs1), .bd = decode_local(rs2)});
    case Kind::compute_accumulated:
      return execute(state_, multiply_,
                     ComputeOperands{.new_weights = false, .a = decode_local(rs1), .bd = decode_local(rs2)});
    case Kind::loop_ws_bounds:
    case Kind::loop_ws_addrs_ab:
    case Kind::loop_ws_addrs_dc:
    case Kind::loop_ws_strides_ab:
    case Kind::loop_ws_strides_dc:
    case Kind::loop_ws:
      set(state_.loop_ws, instruction.kind, rs1, rs2);
      return instruction.kind == Kind::loop_ws ? checked(state_, state_.loop_ws) : Step{};
    case Kind::conv_config_1:
    case Kind::conv_config_2:
    case Kind::conv_config_3:
    case Kind::conv_config_4:
    case Kind::conv_config_5:
    case Kind::conv_config_6:
    case Kind::loop_conv_ws:
      set(state_.loop_conv, instruction.kind, rs1, rs2);
      return instruction.kind == Kind::loop_conv_ws ? checked(state_, state_.loop_conv) : Step{};
    case Kind::counter:
      return {.outcome = Outcome::done, .reason = {}, .facts = {}, .value = counters_.execute(decode_counter(rs1))};
    case Kind::flush:
    case Kind::fence:
      return {};
  }
  throw std::logic_error("an instruction that the table has and the model has not");
}

Step Model::run_loop_ws() {
  const LoopWs& loop = state_.loop_ws;
  const Accelerator& accelerator = state_.accelerator;
  LoopHalves& halves = state_.halves;
  const std::uint32_t half = accelerator.scratchpad_rows / 2;
  const auto start = [&](std::uint32_t id) { return (id == 0 ? halves.matmul_operands : id == 2) ? half : 0; };
  const LoopWsPlaces places{.a = start(loop.a_half),
                            .b_end = start(loop.b_half) + half,
                            .c = halves.matmul_result ? accelerator.accumulator_rows / 2 : 0};
  Step step = run_loop([&](const Send& send) { return expand(loop, accelerator, places, send); });
  halves.matmul_operands = !halves.matmul_operands;
  // A loop that stores nothing leaves its sums for the next one.
  if (loop.c != 0) halves.matmul_result = !halves.matmul_result;
  return step;
}

Step Model::run_loop_conv() {
  const LoopConv& loop = state_.loop_conv;
  const Accelerator& accelerator = state_.accelerator;
  LoopHalves& halves = state_.halves;
  const std::uint32_t half = accelerator.scratchpad_rows / 2;
  const std::uint32_t result_half = accelerator.accumulator_rows / 2;
  const auto weights = static_cast<std::uint32_t>(weight_rows(loop, accelerator));
  const LoopConvPlaces places{.a = loop.a_half == 2 ? half : 0,
                              .b = (loop.b_half == 2 ? 2 * half : half) - weights,
                              .bias = halves.conv_bias ? result_half : 0,
                              .result = halves.conv_result ? result_half : 0};
  const float scale = state_.store.scale;
  Step step = run_loop([&](const Send& send) { return expand(loop, accelerator, places, scale, send); });
  if (loop.bias != 0) halves.conv_bias = !halves.conv_bias;
  if (loop.output != 0) halves.conv_result = !halves.conv_result;
  return step;
}

Step Model::run_loop(const std::function<bool(const Send&)>& expand_loop) {
  Step step;
  std::uint64_t number = 0;
  expand_loop([&](const Command& command) {
    ++number;
    const Instruction& line = instruction(command.kind);
    step = carry_out(line, command.rs1, command.rs2, true);
    if (step.outcome == Outcome::done) return true;
    step.reason = fmt::format("its command {} ({}): {}", number, line.name, step.reason);
    return false;
  });
  return step;
}

}  // namespace exogene::gemmini

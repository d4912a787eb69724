#include "gemmini/stepper.hpp"

#include <algorithm>

namespace exogene::gemmini {
namespace {

constexpr std::size_t most_lines = 4096;
constexpr std::size_t longest_line = 256;

using Class = HostInstruction::Class;

/// Whether another instruction than the next one may follow, or another one be there than was before; or, as for a
/// fence, the clock has to know of it alone.
bool ends_line(Class kind) {
  return kind == Class::branch || kind == Class::jump || kind == Class::csr || kind == Class::system ||
         kind == Class::fence || kind == Class::fence_i;
}

}  // namespace

Stepper::Stepper(processor_t& processor, const GuestMemory& memory, Clock& clock)
    : processor_(processor), memory_(memory), clock_(clock), lines_(most_lines) {}

const Stepper::Line& Stepper::line_at(std::uint64_t pc) {
  Line& line = lines_[pc / 2 % most_lines];
  if (!line.empty() && line.front().pc == pc) return line;
  line.clear();
  while (line.size() < longest_line && has_instruction(memory_, pc)) {
    line.push_back(decode_host(pc, instruction_bits(memory_, pc)));
    if (ends_line(line.back().kind)) break;
    pc += line.back().length;
  }
  clock_.charge(line);
  return line;
}

void Stepper::step(std::uint64_t most) {
  const state_t& state = *processor_.get_state();
  const Line& line = line_at(state.pc);
  const std::uint64_t length = std::clamp<std::uint64_t>(line.size(), 1, most);
  next_ = line.data();
  end_ = next_ + std::min<std::uint64_t>(length, line.size());
  const HostInstruction* const first = next_;
  const std::uint64_t before = state.minstret->read();
  processor_.step(length);
  // One that traps was fetched, but does not retire.
  const std::uint64_t executed = state.minstret->read() - before;
  if (executed < length) end_ = std::min(end_, first + executed + 1);
  clock_.fetch(next_, end_);
  if (line.empty()) return;
  const Class last = end_[-1].kind;
  if (last == Class::csr) clock_.fetch(end_[-1]);  // the processor fetches it again once it has nothing else to do
  if (last == Class::fence_i) lines_.assign(most_lines, {});
  next_ = end_ = nullptr;
}

}  // namespace exogene::gemmini

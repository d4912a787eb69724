// Random commands: whatever a program sends, the model answers, and stays inside its memories (the sanitizers look on).

#include <array>
#include <random>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

TEST_CASE("no stream of commands brings the model down") {
  std::mt19937_64 random(21);
  const auto below = [&](std::uint64_t end) { return random() % end; };
  std::array<std::uint64_t, 4> outcomes{};
  std::array<std::uint64_t, kinds> carried_out{};
  for (int stream = 0; stream < 40; ++stream) {
    ByteMemory memory;
    Model model({.dim = std::array{4U, 8U, 16U, 32U}[below(4)], .scratchpad_rows = 512, .accumulator_rows = 128},
                memory, [&](const Facts& facts) { ++carried_out[static_cast<std::size_t>(facts.kind)]; });
    // Fields of 16 bits that are mostly small, among them the sizes and addresses that make sense.
    const auto operand = [&] {
      std::uint64_t word = 0;
      for (unsigned field = 0; field < 4; ++field) {
        const std::uint64_t most[] = {2, 5, 17, 64, 65536};
        word |= below(most[below(below(8) == 0 ? 5 : 4)]) << 16 * field;
      }
      if (below(4) == 0) return ByteMemory::base + below(60000);
      if (below(4) == 0) word |= std::uint64_t{acc_add};
      if (below(8) == 0) word |= std::uint64_t{none};
      return word;
    };
    const auto execute = [&](unsigned funct, std::uint64_t rs1, std::uint64_t rs2) {
      ++outcomes[static_cast<std::size_t>(model.execute(funct, rs1, rs2).outcome)];
    };
    for (int i = 0; i < 20000; ++i) {
      if (i % 50 == 0) {  // so that the rest gets somewhere
        execute(0, 0x10004 | below(4) << 8, std::uint64_t{1} << 48);
        for (std::uint64_t id = 0; id < 3; ++id) execute(0, Rig::bits(1.0F) | 32 << 16 | id << 3 | 1, below(64));
        execute(0, 2 | below(4) << 2, Rig::bits(0.1F) | 64);
      }
      const auto funct = static_cast<unsigned>(below(24));
      execute(funct == 23 ? 126 : funct, operand(), operand());
    }
  }
  for (const std::uint64_t count : outcomes) CHECK(count > 100);
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    CAPTURE(instruction(static_cast<Kind>(kind)).name);
    if (static_cast<Kind>(kind) != Kind::fence) CHECK(carried_out[kind] > 0);
  }
}

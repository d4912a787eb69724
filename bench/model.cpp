// Speed of the functional model: a product of 512 x 512 x 512 by hardware loops, beside the plain model of the tests,
// which takes an element at a time.
#include "gemmini/model.hpp"

#include <fmt/format.h>

#include <bit>
#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "gemmini/array.hpp"
#include "gemmini/guest_memory.hpp"
#include "scalar/machine.hpp"

namespace {

using namespace exogene::gemmini;  // NOLINT: a program of its own

constexpr std::uint64_t size = 512;
constexpr std::uint64_t macs = size * size * size;
constexpr std::uint64_t a = memory_base, b = a + size * size, c = b + size * size;
constexpr std::uint64_t memory_bytes = 3 * size * size;

using Execute = std::function<void(Kind, std::uint64_t rs1, std::uint64_t rs2)>;

constexpr std::uint64_t upper_bits(float value) {
  return std::uint64_t{std::bit_cast<std::uint32_t>(value)} << 32;
}

/// Loops of 4 x 32 x 8 tiles, which fill the half of the accumulator that a loop has.
void product(const Execute& execute) {
  constexpr std::uint64_t dim = 16, rows = 4, cols = 8, depth = size / dim;
  execute(Kind::config_ex, std::uint64_t{1} << 16 | 4, std::uint64_t{1} << 48);
  for (std::uint64_t channel = 0; channel < 3; ++channel)
    execute(Kind::config_ld, upper_bits(1.0F) | dim << 16 | 1 << 8 | channel << 3 | 1, size);
  execute(Kind::config_st, 2, upper_bits(0.0007F) | size);
  for (std::uint64_t i = 0; i < size / dim; i += rows) {
    for (std::uint64_t j = 0; j < size / dim; j += cols) {
      execute(Kind::loop_ws_bounds, 0, depth << 32 | cols << 16 | rows);
      execute(Kind::loop_ws_addrs_ab, a + i * dim * size, b + j * dim);
      execute(Kind::loop_ws_addrs_dc, 0, c + i * dim * size + j * dim);
      execute(Kind::loop_ws_strides_ab, size, size);
      execute(Kind::loop_ws_strides_dc, size, size);
      execute(Kind::loop_ws, 0, 0);
    }
  }
}

std::vector<std::uint8_t> inputs() {
  std::vector<std::uint8_t> bytes(memory_bytes);
  std::uint32_t state = 1;
  for (std::uint64_t i = 0; i < 2 * size * size; ++i) {
    state = state * 1664525U + 1013904223U;
    bytes[i] = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void show(const char* name, double time, double reference) {
  fmt::print("{:<34} {:>10.2f} GMAC/s {:>10.1f} ms {:>8.1f} times the plain model\n", name,
             static_cast<double>(macs) / time / 1e9, 1e3 * time, reference / time);
}

/// The best of some runs, and C after the last.
double fast(Host host, const std::vector<std::uint8_t>& bytes, std::vector<std::uint8_t>& result) {
  double best = 1e9;
  GuestMemory memory(memory_bytes);
  for (int run = 0; run < 5; ++run) {
    memory.write(memory_base, bytes.data(), bytes.size());
    Model model(Accelerator{}, memory, {}, host);
    best = std::min(best, seconds([&] {
                      product([&](Kind kind, std::uint64_t rs1, std::uint64_t rs2) {
                        const Step step = model.execute(instruction(kind).funct, rs1, rs2);
                        if (step.outcome != Outcome::done) throw std::runtime_error(step.reason);
                      });
                    }));
  }
  result.resize(memory_bytes);
  memory.read(memory_base, result.data(), result.size());
  return best;
}

}  // namespace

int main() {
  try {
    const auto bytes = inputs();
    scalar::Machine plain(Accelerator{}, memory_base, bytes);
    const double reference = seconds([&] {
      product([&](Kind kind, std::uint64_t rs1, std::uint64_t rs2) { scalar::execute(plain, kind, rs1, rs2); });
    });
    fmt::print("512 x 512 x 512 through LOOP_WS, one core\n");
    show("plain model, an element at a time", reference, reference);
    std::vector<std::uint8_t> result;
    for (const auto& [name, host] :
         {std::pair{"fast model, any host", Host::any}, {"fast model, this host", Host::this_one}}) {
      show(name, fast(host, bytes, result), reference);
      if (result != plain.memory) throw std::runtime_error("the models disagree");
    }
    fmt::print("\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

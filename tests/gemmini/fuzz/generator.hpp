#pragma once

#include <cstdint>
#include <vector>

#include "gemmini/hardware_loops.hpp"
#include "gemmini/state.hpp"
#include "random.hpp"

namespace exogene::gemmini::fuzz {

using Commands = std::vector<Command>;

/// Main memory in bytes: loads read all of it, most stores go behind the first part, so that data stays random.
struct Area {
  std::uint64_t first, bytes;
};
inline constexpr Area all_memory{0x10000, 65536}, sources{0x10000, 40960}, targets{0x10000 + 40960, 24576};

/// Some commands that the model in this state will accept, now and then one that it will refuse.
Commands draw(Random& random, const State& state);
/// Everything configured at random.
Commands draw_configuration(Random& random, const State& state);

// The groups.
Command draw_config_ex(Random& random);
Command draw_config_ld(Random& random, const State& state, std::uint32_t channel);
Command draw_config_st(Random& random);
Command draw_config_norm(Random& random, const State& state);
Command draw_load(Random& random, const State& state);
Command draw_store(Random& random, const State& state);
Commands draw_normalisation(Random& random, const State& state);
Commands draw_product(Random& random, const State& state);
Commands draw_loop_ws(Random& random, const State& state);
Commands draw_loop_conv_ws(Random& random, const State& state);
Commands draw_refused(Random& random, const State& state);

/// Configurations with chosen fields; what is not a field of them is random.
Command config_ex(Random& random, const ConfigEx& config);
Command config_ld(const ConfigLd& config);
Command config_st(const ConfigSt& config);
float draw_scale(Random& random);
/// Where in `area` rows of `bytes` can begin that are `stride` apart.
std::uint64_t draw_address(Random& random, const Area& area, std::uint64_t rows, std::uint64_t bytes,
                           std::uint64_t stride);

/// Four 16-bit fields, lowest first.
inline std::uint64_t pack(std::uint64_t w0, std::uint64_t w1, std::uint64_t w2, std::uint64_t w3) {
  return w3 << 48 | w2 << 32 | w1 << 16 | w0;
}

}  // namespace exogene::gemmini::fuzz

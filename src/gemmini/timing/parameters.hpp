#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace exogene::gemmini {

/// Cycles and sizes of the modelled system: the 16x16 int8 configuration with a Rocket host, 512 KiB L2, and a DRAM of
/// fixed latency. From the public hardware description unless said; "fitted" marks what only fits the measured kernels.
struct TimingParameters {
  // Reservation station and front end.
  std::uint32_t front_commands = 8;  ///< between the host and the reservation station
  std::uint32_t front_latency = 4;   ///< from the host to an entry
  std::uint32_t loop_latency = 6;    ///< from a hardware loop to its first command
  std::uint32_t load_entries = 8;
  std::uint32_t execute_entries = 16;
  std::uint32_t store_entries = 4;
  std::uint32_t execute_commands = 10;  ///< issued and not yet done with: a queue of 8 and the heads
  // Loads.
  std::uint32_t requests_in_flight = 16;
  std::uint32_t loads_in_flight = 2;
  std::uint32_t load_gap = 3;    ///< from the last request of a load to the first of the next (fitted)
  std::uint32_t load_front = 5;  ///< from issue to the first request (fitted)
  std::uint32_t load_back = 6;   ///< from the last row to completion (fitted)
  std::uint32_t zero_front = 3;  ///< from issue to the first row of zeros
  // Execution.
  std::uint32_t first_pass = 5;        ///< from issue to the array when it is idle
  std::uint32_t least_kept_rows = 4;   ///< a pass with kept weights lasts at least so long
  std::uint32_t operand_ahead = 1;     ///< rows that one operand of a pass may be ahead of the other
  std::uint32_t next_visible = 2;      ///< a pass takes the next weights along if the pair was issued so long before
  std::uint32_t fed = 2;               ///< a compute is done so long before the end of its pass
  std::uint32_t result_latency = 32;   ///< from the end of a pass to its last result row
  std::uint32_t configure_after = 2;   ///< from the last result row to a configuration
  std::uint32_t configure_before = 3;  ///< from a configuration to the next pass
  // Stores.
  std::uint32_t store_front = 8;      ///< from issue to the first row
  std::uint32_t store_pipeline = 12;  ///< from the accumulator through scaling to the first write
  std::uint32_t store_ahead = 4;      ///< blocks read before the writer takes them (fitted)
  // Memory.
  std::uint32_t l2_kib = 512, l2_ways = 8;
  std::uint32_t line = 64, beat = 16;  ///< bytes
  std::uint32_t l2_hit = 9;            ///< of a request until its first beat
  std::uint32_t l2_misses = 7;         ///< outstanding at once (fitted)
  std::uint32_t write_miss = 12;  ///< from the turn of a fetch at the DRAM to the acknowledgement of a write (fitted)
  std::uint32_t dram_line_cycles = 8;
  std::uint32_t dram_latency = 33;  ///< of an L2 miss, without waiting, beyond a hit
  // Host.
  std::uint32_t cache_kib = 32, cache_ways = 8;  ///< each of instructions and data
  std::uint32_t mispredict = 3;
  std::uint32_t straddle = 1;  ///< a jump to an instruction that two fetches bring
  std::uint32_t load_use = 1;
  std::uint32_t multiply = 8;

  bool operator==(const TimingParameters&) const = default;
};

inline constexpr std::uint32_t most_entries = 32;

/// A parameter as accelerator files and requests name it, and the largest value that makes sense.
struct TimingParameter {
  const char* name;
  std::uint32_t TimingParameters::*value;
  std::uint32_t least = 0, most = 1000;
};

inline constexpr auto timing_parameters = std::to_array<TimingParameter>({
    {"front_commands", &TimingParameters::front_commands, 1, 32},
    {"front_latency", &TimingParameters::front_latency},
    {"loop_latency", &TimingParameters::loop_latency},
    {"load_entries", &TimingParameters::load_entries, 1, 16},
    {"execute_entries", &TimingParameters::execute_entries, 3, 32},
    {"store_entries", &TimingParameters::store_entries, 1, 16},
    {"execute_commands", &TimingParameters::execute_commands, 2, 32},
    {"requests_in_flight", &TimingParameters::requests_in_flight, 1},
    {"loads_in_flight", &TimingParameters::loads_in_flight, 1},
    {"load_gap", &TimingParameters::load_gap},
    {"load_front", &TimingParameters::load_front},
    {"load_back", &TimingParameters::load_back},
    {"zero_front", &TimingParameters::zero_front},
    {"first_pass", &TimingParameters::first_pass},
    {"least_kept_rows", &TimingParameters::least_kept_rows, 1},
    {"operand_ahead", &TimingParameters::operand_ahead},
    {"next_visible", &TimingParameters::next_visible},
    {"fed", &TimingParameters::fed, 0, 4},
    {"result_latency", &TimingParameters::result_latency},
    {"configure_after", &TimingParameters::configure_after},
    {"configure_before", &TimingParameters::configure_before},
    {"store_front", &TimingParameters::store_front},
    {"store_pipeline", &TimingParameters::store_pipeline},
    {"store_ahead", &TimingParameters::store_ahead, 4},
    {"l2_kib", &TimingParameters::l2_kib, 1, 65536},
    {"l2_ways", &TimingParameters::l2_ways, 1, 64},
    {"line", &TimingParameters::line, 16, 256},
    {"beat", &TimingParameters::beat, 1, 64},
    {"l2_hit", &TimingParameters::l2_hit},
    {"l2_misses", &TimingParameters::l2_misses, 1},
    {"write_miss", &TimingParameters::write_miss},
    {"dram_line_cycles", &TimingParameters::dram_line_cycles, 1},
    {"dram_latency", &TimingParameters::dram_latency},
    {"cache_kib", &TimingParameters::cache_kib, 1, 1024},
    {"cache_ways", &TimingParameters::cache_ways, 1, 64},
    {"mispredict", &TimingParameters::mispredict},
    {"straddle", &TimingParameters::straddle},
    {"load_use", &TimingParameters::load_use},
    {"multiply", &TimingParameters::multiply},
});

/// What is wrong with a set of parameters that are each within their bounds, or an empty string.
inline const char* timing_problem(const TimingParameters& timing) {
  const auto sets = [](std::uint32_t kib, std::uint32_t ways, std::uint32_t line) {
    const std::uint64_t lines = std::uint64_t{kib} * 1024 / line;
    return std::has_single_bit(line) && lines % ways == 0 && std::has_single_bit(lines / ways);
  };
  if (!sets(timing.l2_kib, timing.l2_ways, timing.line) || !sets(timing.cache_kib, timing.cache_ways, timing.line))
    return "line, and the sets of L2 and of the host's caches (KiB * 1024 / line / ways), must be powers of two";
  if (timing.fed > timing.least_kept_rows) return "fed must be at most least_kept_rows, the shortest pass";
  // A command may depend on every other one in the reservation station.
  if (timing.load_entries + timing.execute_entries + timing.store_entries > most_entries)
    return "load_entries, execute_entries and store_entries must be 32 at most in all";
  return "";
}

}  // namespace exogene::gemmini

#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "genome/yaml.hpp"

namespace exogene {

inline const std::vector<std::string> metrics{"instructions",    "scalar_loads", "scalar_stores",       "dram_bytes",
                                              "memory_accesses", "cycles",       "scratchpad_rows_used"};

inline const Alphabet& alphabet() {
  static const auto loaded = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  return loaded;
}

inline const std::string shipped = EXOGENE_SOURCE_DIR "/configs/quickstart.yaml";

// Every value there is, one item a line.
inline const std::string example = R"(name: small
kernel:
  kernel: matmul
  sizes: {N: 64, K: 32, M: 16}
  bias: true
  scale: 0.0007
  relu: true
accelerator:
  name: mine
  dim: 16
  scratchpad: {kib: 256, banks: 4}
  accumulator: {kib: 64, banks: 2}
  dma: {bus_bytes: 16, request_bytes: 64}
  compiler: {optimisation: O3}
initial:
  naive:
    kernel: matmul
    genes: []
  mine:
    kernel: matmul
    genes:
      - tensorise: {widths: [4, 4]}
      - divide_loop: {loop: i, factor: 16, tail: perfect}
objectives: [instructions, dram_bytes]
seed: 18446744073709551615
checks: always
require_proof: true
proof_seconds: 2.5
limits: {instructions: 1000, seconds: 0.1}
search:
  algorithm: generational
  population: 10
  generations: 3
  elites: 1
  tournament: 2
  crossover: 0.30000000000000004
  retries: 0
)";

inline std::string changed(const std::string& from, const std::string& to) {
  auto text = example;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

inline Experiment parse(const std::string& text) {
  return parse_experiment(text, "e.yaml", alphabet(), metrics);
}

inline void check_error(const std::string& from, const std::string& to, const std::string& expected) {
  CAPTURE(to);
  CHECK_THROWS_WITH_AS(parse(changed(from, to)), expected.c_str(), InputError);
}

inline void check_load_error(const std::string& path, const std::vector<std::string>& overrides,
                             const std::string& expected) {
  CHECK_THROWS_WITH_AS(load_experiment(path, overrides, alphabet(), metrics), expected.c_str(), InputError);
}

inline void check_set_error(const std::string& override_text, const std::string& expected) {
  CAPTURE(override_text);
  check_load_error(shipped, {override_text}, expected);
}

}  // namespace exogene

#pragma once

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "gemmini/model.hpp"

namespace exogene::gemmini::test {

inline constexpr std::uint32_t none = 0xffffffffU;
inline constexpr std::uint32_t acc = 0x80000000U;         ///< accumulator, overwrite
inline constexpr std::uint32_t acc_add = 0xc0000000U;     ///< accumulator, add
inline constexpr std::uint32_t full_width = 0x20000000U;  ///< store raw int32

/// 64 KiB of memory from `base` on.
class ByteMemory final : public Memory {
 public:
  static constexpr std::uint64_t base = 0x10000;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(65536);

  bool read(std::uint64_t address, void* into, std::size_t count) override {
    if (!inside(address, count)) return false;
    std::memcpy(into, bytes.data() + (address - base), count);
    return true;
  }
  bool write(std::uint64_t address, const void* from, std::size_t count) override {
    if (!inside(address, count)) return false;
    std::memcpy(bytes.data() + (address - base), from, count);
    return true;
  }

 private:
  bool inside(std::uint64_t address, std::size_t count) const {
    return address >= base && count <= bytes.size() && address - base <= bytes.size() - count;
  }
};

struct Dataflow {
  bool weight_stationary = true, only_strides = false, transpose_a = false, transpose_b = false, relu = false;
  std::uint32_t shift = 0, a_stride = 1, c_stride = 1;
};

/// A model on a memory of its own, and the commands as a program would send them.
struct Rig {
  ByteMemory memory;
  Accelerator accelerator;
  Model model;

  explicit Rig(Accelerator parameters = {}) : accelerator(parameters), model(parameters, memory) {}

  static std::uint64_t local(std::uint32_t address, std::uint64_t cols, std::uint64_t rows) {
    return rows << 48 | cols << 32 | address;
  }
  static std::uint64_t bits(float value) { return std::uint64_t{std::bit_cast<std::uint32_t>(value)} << 32; }

  Step config_ex(const Dataflow& d = {}) {
    const std::uint64_t flags = std::uint64_t{d.weight_stationary} << 2 | std::uint64_t{d.relu} << 3 |
                                std::uint64_t{d.only_strides} << 7 | std::uint64_t{d.transpose_a} << 8 |
                                std::uint64_t{d.transpose_b} << 9;
    return model.execute(0, flags | std::uint64_t{d.a_stride} << 16, std::uint64_t{d.c_stride} << 48 | d.shift);
  }
  Step config_ld(unsigned id, std::uint64_t stride, std::uint64_t block_stride = 16, float scale = 1.0F,
                 bool shrunk = false, std::uint64_t repeats = 1) {
    return model.execute(
        0, bits(scale) | block_stride << 16 | repeats << 8 | std::uint64_t{id} << 3 | std::uint64_t{shrunk} << 2 | 1,
        stride);
  }
  Step config_st(std::uint32_t stride, std::uint64_t activation = 0, float scale = 1.0F, std::uint64_t pool = 0) {
    return model.execute(0, pool << 4 | activation << 2 | 2, bits(scale) | stride);
  }
  Step mvin(unsigned id, std::uint64_t address, std::uint32_t to, std::uint64_t cols, std::uint64_t rows) {
    constexpr unsigned functs[] = {2, 1, 14};
    return model.execute(functs[id], address, local(to, cols, rows));
  }
  Step mvout(std::uint64_t address, std::uint32_t from, std::uint64_t cols, std::uint64_t rows) {
    return model.execute(3, address, local(from, cols, rows));
  }
  Step preload(std::uint32_t b, std::uint32_t c, std::uint64_t b_cols, std::uint64_t b_rows, std::uint64_t c_cols,
               std::uint64_t c_rows) {
    return model.execute(6, local(b, b_cols, b_rows), local(c, c_cols, c_rows));
  }
  Step preload(std::uint32_t b, std::uint32_t c) {
    return preload(b, c, accelerator.dim, accelerator.dim, accelerator.dim, accelerator.dim);
  }
  Step compute(bool new_weights, std::uint32_t a, std::uint64_t a_cols, std::uint64_t a_rows, std::uint32_t d = none,
               std::uint64_t d_cols = 16, std::uint64_t d_rows = 16) {
    return model.execute(new_weights ? 4 : 5, local(a, a_cols, a_rows), local(d, d_cols, d_rows));
  }
  Step compute_preloaded(std::uint32_t a) { return compute(true, a, accelerator.dim, accelerator.dim); }
  Step compute_accumulated(std::uint32_t a) { return compute(false, a, accelerator.dim, accelerator.dim); }

  std::int8_t& byte(std::uint64_t address) {
    return reinterpret_cast<std::int8_t&>(memory.bytes.at(address - ByteMemory::base));
  }
  std::int32_t word(std::uint64_t address) {
    std::int32_t value = 0;
    REQUIRE(memory.read(address, &value, sizeof value));
    return value;
  }
  void set_word(std::uint64_t address, std::int32_t value) { REQUIRE(memory.write(address, &value, sizeof value)); }
  std::int8_t scratchpad(std::uint32_t row, std::uint32_t col) const { return model.state().scratchpad.row(row)[col]; }
  std::int32_t accumulator(std::uint32_t row, std::uint32_t col) const {
    return model.state().accumulator.row(row)[col];
  }
  /// Fills memory with numbers that differ from their neighbours and have both signs.
  void fill(std::uint64_t address, std::uint64_t count, std::uint32_t seed = 1) {
    for (std::uint64_t i = 0; i < count; ++i) {
      seed = seed * 1664525U + 1013904223U;
      byte(address + i) = static_cast<std::int8_t>(seed >> 24);
    }
  }
};

/// The command worked.
inline Facts done(const Step& step) {
  INFO(step.reason);
  REQUIRE(step.outcome == Outcome::done);
  return step.facts;
}

/// The command was turned away with a reason that contains `text`.
inline void refused(const Step& step, const std::string& text) {
  INFO(step.reason);
  CHECK(step.outcome == Outcome::invalid);
  CHECK(step.reason.find(text) != std::string::npos);
}

}  // namespace exogene::gemmini::test

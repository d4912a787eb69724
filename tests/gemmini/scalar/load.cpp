// MVIN, MVIN2, MVIN3.

#include "numbers.hpp"

namespace exogene::gemmini::scalar {
namespace {

std::int32_t loaded(const Machine& machine, const Channel& channel, bool words, std::uint64_t address) {
  if (words) {
    const std::int32_t value = machine.read(address, 4);
    return machine.has(Fault::load_scales_words) ? scaled(machine, value, channel.scale) : value;
  }
  return scaled(machine, machine.read(address, 1), channel.scale);
}

void put(Machine& machine, const Operand& to, std::uint32_t row, std::uint32_t col, std::int32_t value) {
  if (!to.accumulator()) return machine.write_scratchpad(row, col, static_cast<std::int8_t>(value));
  const bool adds = to.accumulate() && !machine.has(Fault::load_overwrites);
  machine.write_accumulator(row, col, adds ? plus(machine.accumulator_at(row, col), value) : value);
}

}  // namespace

void load(Machine& machine, std::uint32_t id, std::uint64_t address, const Operand& to) {
  const Channel& channel = machine.channels.at(id);
  const bool shrunk = channel.shrunk && !machine.has(Fault::load_shrunk_ignored);
  const bool words = to.accumulator() && !shrunk;
  const std::uint32_t bytes = words ? 4 : 1, base = field(to.address, 28, 0);
  const std::uint64_t stride = channel.stride + (machine.has(Fault::load_row_stride) ? 1 : 0);
  const std::uint32_t block_stride = machine.has(Fault::load_block_stride) ? machine.dim : channel.block_stride;
  const std::uint32_t repeats =
      channel.repeats - (machine.has(Fault::load_repeats_less) && channel.repeats > 1 ? 1 : 0);
  for (std::uint32_t r = 0; r < to.rows; ++r) {
    for (std::uint32_t c = 0; c < to.cols; ++c) {
      const std::uint32_t row = base + r + c / machine.dim * block_stride, col = c % machine.dim;
      std::int32_t value = 0;
      if (address != 0) value = loaded(machine, channel, words, address + r * stride + std::uint64_t{c} * bytes);
      if (address == 0 && !words && machine.has(Fault::load_scales_zeros)) value = scaled(machine, 0, channel.scale);
      for (std::uint32_t pixel = 0; pixel < repeats && pixel <= row; ++pixel) {
        put(machine, to, row - pixel, col + pixel * to.cols, value);
      }
    }
  }
}

}  // namespace exogene::gemmini::scalar

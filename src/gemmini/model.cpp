#include "gemmini/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "gemmini/requests.hpp"
#include "gemmini/scaling.hpp"

namespace exogene::gemmini {
namespace {

// A row of a transfer: four int8 blocks or one int32 block of the widest array.
constexpr std::size_t widest_row = std::size_t{4} * widest_array;
constexpr std::size_t widest_block = std::size_t{widest_array} * widest_array;

const Accelerator& checked(const Accelerator& accelerator) {
  if (const std::string text = problem(accelerator); !text.empty()) throw std::invalid_argument(text);
  return accelerator;
}

std::int32_t wrapping_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

Step invalid(std::string reason) {
  return {.outcome = Outcome::invalid, .reason = std::move(reason), .facts = {}};
}

Step outside_memory(const char* what, std::uint64_t address, std::uint64_t bytes) {
  return {.outcome = Outcome::fault,
          .reason = fmt::format("DMA {} of {} bytes at {:#x} is outside memory", what, bytes, address),
          .facts = {}};
}

LocalRange range(bool accumulator, std::uint32_t first, std::uint32_t rows) {
  return {.accumulator = accumulator, .first = first, .end = first + rows};
}

}  // namespace

Model::Model(const Accelerator& accelerator, Memory& memory)
    : state_(checked(accelerator)), memory_(memory), multiply_(multiply_block(accelerator.dim)) {}

Step Model::execute(unsigned funct, std::uint64_t rs1, std::uint64_t rs2) {
  ++commands_;
  const Instruction* found = find_instruction(funct, rs1);
  Step step;
  if (found == nullptr) {
    step = {.outcome = Outcome::illegal, .reason = fmt::format("no instruction has funct {}", funct), .facts = {}};
  } else {
    step = found->modelled ? dispatch(*found, rs1, rs2) : invalid(not_supported("this instruction"));
    step.facts.kind = found->kind;
  }
  if (step.outcome != Outcome::done) {
    step.reason = fmt::format("command {} ({}): {}", commands_, found != nullptr ? found->name : "?", step.reason);
  }
  return step;
}

Step Model::dispatch(const Instruction& instruction, std::uint64_t rs1, std::uint64_t rs2) {
  switch (instruction.kind) {
    case Kind::config_ex:
      return configure_execute(decode_config_ex(rs1, rs2));
    case Kind::config_ld:
      return configure_load(decode_config_ld(rs1, rs2));
    case Kind::config_st:
      return configure_store(decode_config_st(rs1, rs2));
    case Kind::mvin:
      return load({.channel = 0, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvin2:
      return load({.channel = 1, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvin3:
      return load({.channel = 2, .address = rs1, .local = decode_local(rs2)});
    case Kind::mvout:
      return store({.address = rs1, .local = decode_local(rs2)});
    case Kind::preload:
      return preload({.weights = decode_local(rs1), .result = decode_local(rs2)});
    case Kind::compute_preloaded:
    case Kind::compute_accumulated:
      return compute(
          {.new_weights = instruction.kind == Kind::compute_preloaded, .a = decode_local(rs1), .d = decode_local(rs2)});
    case Kind::flush:
    case Kind::fence:
      return {};
    default:
      throw std::logic_error("the instruction table calls something modelled that is not");
  }
}

Step Model::configure_execute(const ConfigEx& config) {
  if (std::string text = broken_rule(state_, config); !text.empty()) return invalid(std::move(text));
  ExecuteUnit& unit = state_.execute;
  unit.a_stride = config.a_stride;
  unit.c_stride = config.c_stride;
  if (!config.only_strides) {
    unit.configured = true;
    unit.transpose_a = config.transpose_a;
    unit.transpose_b = config.transpose_b;
    unit.relu = config.activation == static_cast<std::uint32_t>(Activation::relu);
    unit.shift = config.shift;
  }
  return {};
}

Step Model::configure_load(const ConfigLd& config) {
  if (std::string text = broken_rule(state_, config); !text.empty()) return invalid(std::move(text));
  state_.channels[config.channel] = {.configured = true,
                                     .shrunk = config.shrunk,
                                     .block_stride = config.block_stride,
                                     .scale = config.scale,
                                     .stride = config.stride};
  return {};
}

Step Model::configure_store(const ConfigSt& config) {
  if (std::string text = broken_rule(state_, config); !text.empty()) return invalid(std::move(text));
  state_.store = {.configured = true,
                  .relu = config.activation == Activation::relu,
                  .stride = config.stride,
                  .scale = config.scale};
  return {};
}

Step Model::load(const Load& load) {
  if (std::string text = broken_rule(state_, load); !text.empty()) return invalid(std::move(text));
  const LoadChannel& channel = state_.channels[load.channel];
  const auto [word, cols, rows] = load.local;
  const std::uint32_t first = load.local.write_row();
  const std::uint32_t dim = state_.accelerator.dim;
  const bool accumulator = load.local.accumulator();
  const bool zeros = load.address == 0;
  const bool words = accumulator && !channel.shrunk;
  const std::uint64_t row_bytes = std::uint64_t{cols} * (words ? 4 : 1);

  Facts facts;
  std::array<std::int8_t, widest_row> row{};
  std::array<std::int32_t, widest_row> row_of_words{};
  for (std::uint32_t r = 0; r < rows; ++r) {
    if (!zeros) {
      const std::uint64_t address = load.address + r * channel.stride;
      if (!memory_.read(address, words ? static_cast<void*>(row_of_words.data()) : row.data(), row_bytes)) {
        return outside_memory("read", address, row_bytes);
      }
      facts.requests += dma_requests(state_.accelerator, address, row_bytes);
      if (!words && channel.scale != 1.0F) {
        for (std::uint32_t c = 0; c < cols; ++c) row[c] = scale_to_i8(row[c], channel.scale);
      }
      if (accumulator && !words) std::copy_n(row.begin(), cols, row_of_words.begin());
    }
    for (std::uint32_t c = 0; c < cols; c += dim) {
      const std::uint32_t to = first + r + c / dim * channel.block_stride;
      const std::uint32_t width = std::min(dim, cols - c);
      if (!accumulator) {
        std::copy_n(row.begin() + c, width, state_.scratchpad.row_to_write(to));
      } else {
        std::int32_t* sums = state_.accumulator.row_to_write(to);
        for (std::uint32_t j = 0; j < width; ++j) {
          sums[j] = load.local.accumulate() ? wrapping_sum(sums[j], row_of_words[c + j]) : row_of_words[c + j];
        }
      }
    }
  }

  facts.rows = rows;
  facts.cols = cols;
  facts.address = load.address;
  facts.stride = channel.stride;
  facts.row_bytes = zeros ? 0 : row_bytes;
  facts.writes = range(accumulator, first, (cols - 1) / dim * channel.block_stride + rows);
  return {.outcome = Outcome::done, .reason = {}, .facts = facts};
}

Step Model::store(const Store& store) {
  if (std::string text = broken_rule(state_, store); !text.empty()) return invalid(std::move(text));
  const auto [word, cols, rows] = store.local;
  const std::uint32_t first = store.local.store_row();
  const std::uint32_t dim = state_.accelerator.dim;
  const bool accumulator = store.local.accumulator();
  const bool words = accumulator && store.local.full_width();
  const std::uint64_t row_bytes = std::uint64_t{cols} * (words ? 4 : 1);

  Facts facts;
  std::array<std::int8_t, widest_row> row{};
  for (std::uint32_t r = 0; r < rows; ++r) {
    const void* from = row.data();
    if (words) {
      from = state_.accumulator.row(first + r);
    } else if (!accumulator) {
      for (std::uint32_t c = 0; c < cols; c += dim) {
        std::copy_n(state_.scratchpad.row(first + r + c), std::min(dim, cols - c), row.begin() + c);
      }
    } else {
      for (std::uint32_t c = 0; c < cols; ++c) {
        const std::int32_t value = state_.accumulator.row(first + r + c / dim * dim)[c % dim];
        const std::int8_t scaled = scale_to_i8(value, state_.store.scale);
        row[c] = state_.store.relu ? std::max<std::int8_t>(scaled, 0) : scaled;
      }
    }
    const std::uint64_t address = store.address + std::uint64_t{r} * state_.store.stride;
    if (!memory_.write(address, from, row_bytes)) return outside_memory("write", address, row_bytes);
    facts.requests += dma_requests(state_.accelerator, address, row_bytes);
  }

  facts.rows = rows;
  facts.cols = cols;
  facts.address = store.address;
  facts.stride = state_.store.stride;
  facts.row_bytes = row_bytes;
  facts.reads[0] = range(accumulator, first, (cols - 1) / dim * dim + rows);
  return {.outcome = Outcome::done, .reason = {}, .facts = facts};
}

Step Model::preload(const PreloadOperands& operands) {
  if (std::string text = broken_rule(state_, operands); !text.empty()) return invalid(std::move(text));
  state_.preload = {.age = Preload::Age::pending, .weights = operands.weights, .result = operands.result};

  const auto& [weights, result] = operands;
  Facts facts;
  facts.keeps_weights = weights.none();
  if (!weights.none()) {
    facts.reads[0] = range(false, weights.word, state_.execute.transpose_b ? weights.cols : weights.rows);
  }
  if (!result.none()) {
    facts.writes = range(result.accumulator(), result.write_row(), (result.rows - 1) * state_.execute.c_stride + 1);
  }
  return {.outcome = Outcome::done, .reason = {}, .facts = facts};
}

Step Model::compute(const ComputeOperands& operands) {
  if (std::string text = broken_rule(state_, operands); !text.empty()) return invalid(std::move(text));
  const auto& [new_weights, a, d] = operands;
  const ExecuteUnit& unit = state_.execute;
  const std::size_t dim = state_.accelerator.dim;

  Facts facts;
  if (!a.none()) {
    facts.rows = a.rows;
    facts.cols = a.cols;
    facts.reads[0] = range(false, a.word, ((unit.transpose_a ? a.cols : a.rows) - 1) * unit.a_stride + 1);
  }
  if (!d.none()) facts.reads[1] = range(false, d.word, d.rows);

  if (state_.preload.age != Preload::Age::pending) {
    // Nothing says where the result goes, and the new-weights form switches the array to weights nobody chose.
    if (new_weights) state_.weights.known = false;
    return {.outcome = Outcome::done, .reason = {}, .facts = facts};
  }
  state_.preload.age = Preload::Age::used;
  if (new_weights) load_weights();
  facts.macs = std::uint64_t{facts.rows} * facts.cols * state_.weights.cols;

  // Where A is smaller than the array, zeros are fed.
  std::array<std::int8_t, widest_block> fed;
  std::fill_n(fed.begin(), dim * dim, std::int8_t{0});
  if (!a.none()) {
    for (std::uint32_t i = 0; i < a.rows; ++i) {
      if (!unit.transpose_a) {
        std::copy_n(state_.scratchpad.row(a.word + i * unit.a_stride), a.cols, fed.data() + i * dim);
        continue;
      }
      for (std::uint32_t k = 0; k < a.cols; ++k) {
        fed[i * dim + k] = state_.scratchpad.row(a.word + k * unit.a_stride)[i];
      }
    }
  }
  std::array<std::int32_t, widest_block> sums;
  std::fill_n(sums.begin(), dim * dim, 0);
  if (!d.none()) {
    for (std::uint32_t i = 0; i < d.rows; ++i) {
      std::copy_n(state_.scratchpad.row(d.word + i), d.cols, sums.data() + i * dim);
    }
  }
  multiply_(fed.data(), state_.weights.values.data(), facts.rows, sums.data());
  write_result(sums.data());
  return {.outcome = Outcome::done, .reason = {}, .facts = facts};
}

void Model::load_weights() {
  const Local& source = state_.preload.weights;
  const std::size_t dim = state_.accelerator.dim;
  std::vector<std::int32_t>& values = state_.weights.values;
  std::fill(values.begin(), values.end(), 0);
  for (std::uint32_t i = 0; i < source.rows; ++i) {
    if (!state_.execute.transpose_b) {
      std::copy_n(state_.scratchpad.row(source.word + i), source.cols, values.data() + i * dim);
      continue;
    }
    for (std::uint32_t j = 0; j < source.cols; ++j)
      values[i * dim + j] = std::int32_t{state_.scratchpad.row(source.word + j)[i]};
  }
  state_.weights.known = true;
  state_.weights.cols = source.cols;
}

void Model::write_result(const std::int32_t* sums) {
  const Local& target = state_.preload.result;
  if (target.none()) return;
  for (std::uint32_t i = 0; i < target.rows; ++i) {
    const std::int32_t* row = sums + std::size_t{i} * state_.accelerator.dim;
    const std::uint32_t to = target.write_row() + i * state_.execute.c_stride;
    if (!target.accumulator()) {
      std::int8_t* out = state_.scratchpad.row_to_write(to);
      for (std::uint32_t j = 0; j < target.cols; ++j) {
        const std::int8_t shifted = shift_to_i8(row[j], state_.execute.shift);
        out[j] = state_.execute.relu ? std::max<std::int8_t>(shifted, 0) : shifted;
      }
    } else {
      std::int32_t* out = state_.accumulator.row_to_write(to);
      if (target.accumulate()) {
        std::transform(row, row + target.cols, out, out, wrapping_sum);
      } else {
        std::copy_n(row, target.cols, out);
      }
    }
  }
}

}  // namespace exogene::gemmini

#include "gemmini/problem.hpp"

#include <Random123/philox.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace exogene::gemmini {
namespace {

// Memory behind the output that a kernel has no business with.
constexpr std::uint64_t slack = 16 * page;
constexpr int slack_byte = 0x5a;
// Of the order of the sums that it is added to.
constexpr std::uint32_t largest_bias = 20000;

std::int8_t* at(const GuestMemory& memory, std::uint64_t address, std::uint64_t bytes) {
  return reinterpret_cast<std::int8_t*>(memory.host(address, bytes));
}

bool unchanged(const GuestMemory& memory, std::uint64_t address, const std::vector<std::int8_t>& values) {
  return std::memcmp(at(memory, address, values.size()), values.data(), values.size()) == 0;
}

std::vector<std::int32_t> random_bias(std::uint64_t seed, std::uint32_t array, std::uint64_t count) {
  const auto bytes = random_bytes(seed, array, 4 * count);
  std::vector<std::int32_t> result(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + 4 * i, sizeof word);
    result[i] = static_cast<std::int32_t>(word % (2 * largest_bias + 1)) - static_cast<std::int32_t>(largest_bias);
  }
  return result;
}

std::vector<std::int8_t> bytes_of(const std::vector<std::int32_t>& words) {
  std::vector<std::int8_t> result(4 * words.size());
  std::memcpy(result.data(), words.data(), result.size());
  return result;
}

std::int32_t element(const std::int8_t* bytes, std::uint64_t size) {
  if (size == 1) return *bytes;
  std::int32_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

std::vector<std::int8_t> random_bytes(std::uint64_t seed, std::uint32_t array, std::uint64_t bytes) {
  const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  std::vector<std::int8_t> result(bytes);
  for (std::uint64_t i = 0; i < bytes; i += 16) {
    const std::uint64_t block = i / 16;
    const auto words = r123::Philox4x32{}(
        {{static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), array, 0}}, key);
    for (std::uint64_t j = 0; j < std::min<std::uint64_t>(16, bytes - i); ++j) {
      result[i + j] = static_cast<std::int8_t>(words[j / 4] >> (j % 4 * 8) & 0xff);
    }
  }
  return result;
}

Problem::Problem(const Kernel& kernel, std::uint64_t seed, Rounding rounding) {
  // The third input, if the kernel has it.
  const auto add_bias = [&](bool has, std::uint64_t count) {
    const auto bias = has ? random_bias(seed, 2, count) : std::vector<std::int32_t>{};
    if (has) inputs_.push_back({"bias", bytes_of(bias)});
    return bias;
  };
  if (const auto* matmul = std::get_if<Matmul>(&kernel)) {
    inputs_ = {{"A", random_bytes(seed, 0, matmul->n * matmul->k)},
               {"B", random_bytes(seed, 1, matmul->k * matmul->m)}};
    const auto bias = add_bias(matmul->bias, matmul->m);
    output_ = golden(*matmul, inputs_[0].bytes, inputs_[1].bytes, bias, rounding);
    output_name_ = "C";
  } else if (const auto* add = std::get_if<ResidualAdd>(&kernel)) {
    inputs_ = {{"A", random_bytes(seed, 0, add->n * add->m)}, {"B", random_bytes(seed, 1, add->n * add->m)}};
    output_ = golden(*add, inputs_[0].bytes, inputs_[1].bytes, rounding);
    output_name_ = "C";
  } else if (const auto* own = std::get_if<Own>(&kernel)) {
    for (std::uint32_t i = 0; i + 1 < own->arrays.size(); ++i) {
      const auto& [name, elements, element_bytes] = own->arrays[i];
      inputs_.push_back(
          {name, element_bytes == 1 ? random_bytes(seed, i, elements) : bytes_of(random_bias(seed, i, elements))});
    }
    const auto& output = own->arrays.back();
    output_.resize(output.elements * output.element_bytes);
    output_element_bytes_ = output.element_bytes;
    output_name_ = output.name;
  } else {
    const Conv& conv = std::get<Conv>(kernel);
    const std::uint64_t taps = conv.kernel * conv.kernel * conv.in_channels;
    inputs_ = {{"X", random_bytes(seed, 0, conv.batch * conv.in_rows * conv.in_cols * conv.in_channels)},
               {"W", random_bytes(seed, 1, taps * conv.out_channels)}};
    const auto bias = add_bias(conv.bias, conv.out_channels);
    output_ = golden(conv, inputs_[0].bytes, inputs_[1].bytes, bias, rounding);
    output_name_ = "Y";
  }
  std::uint64_t next = memory_base + program_bytes;
  for (const Input& input : inputs_) {
    arguments_.push_back(next);
    next += round_up_to_page(input.bytes.size());
  }
  arguments_.push_back(next);
  end_ = next + round_up_to_page(output_.size()) + slack;
}

bool Problem::is_argument(std::uint64_t address) const {
  // The differences wrap, so that lower addresses are out as well.
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (address - arguments_[i] < inputs_[i].bytes.size()) return true;
  }
  return address - arguments_.back() < output_.size();
}

void Problem::place(const GuestMemory& memory) const {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto& bytes = inputs_[i].bytes;
    std::copy(bytes.begin(), bytes.end(), at(memory, arguments_[i], bytes.size()));
  }
  const std::uint64_t behind = end_ - arguments_.back();
  std::memset(at(memory, arguments_.back(), behind), slack_byte, behind);
  std::transform(output_.begin(), output_.end(), at(memory, arguments_.back(), output_.size()),
                 [](std::int8_t right) { return static_cast<std::int8_t>(~right); });
}

void Problem::take_output(const GuestMemory& memory) {
  const std::int8_t* got = at(memory, arguments_.back(), output_.size());
  output_.assign(got, got + output_.size());
}

std::optional<std::string> Problem::mistake(const GuestMemory& memory) const {
  const std::int8_t* got = at(memory, arguments_.back(), output_.size());
  if (!unchanged(memory, arguments_.back(), output_)) {
    std::uint64_t wrong = 0;
    std::uint64_t first = 0;
    const std::uint64_t size = output_element_bytes_, elements = output_.size() / size;
    for (std::uint64_t i = elements; i-- > 0;) {
      if (std::memcmp(got + i * size, output_.data() + i * size, size) == 0) continue;
      ++wrong;
      first = i;
    }
    return fmt::format("{} of {} elements differ, first at index {}: expected {}, got {}", wrong, elements, first,
                       element(output_.data() + first * size, size), element(got + first * size, size));
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!unchanged(memory, arguments_[i], inputs_[i].bytes)) {
      return fmt::format("the kernel changed its input {}", inputs_[i].name);
    }
  }
  const std::uint64_t behind = arguments_.back() + output_.size();
  const std::int8_t* rest = at(memory, behind, end_ - behind);
  if (std::any_of(rest, rest + (end_ - behind), [](std::int8_t byte) { return byte != slack_byte; })) {
    return fmt::format("the kernel wrote behind its output {}", output_name_);
  }
  return {};
}

}  // namespace exogene::gemmini

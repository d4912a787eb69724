#include "gemmini/problem.hpp"

#include <Random123/philox.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace exogene::gemmini {
namespace {

// Memory behind the output that a kernel has no business with.
constexpr std::uint64_t slack = 16 * page;
constexpr int slack_byte = 0x5a;

// The same arithmetic as the accelerator's documented C interface: compare with float neighbours, ties to even.
std::int8_t to_int8(std::int32_t sum, float scale) {
  const float exact = static_cast<float>(sum) * scale;
  if (std::isnan(exact) || std::isinf(exact) || exact >= 0x1p63F || exact <= -129.0F) return -128;
  if (exact >= 128.0F) return 127;
  const float whole = std::trunc(exact);
  const float outer = std::trunc(exact < 0.0F ? exact - 1.0F : exact + 1.0F);
  const float distance = std::fabs(exact - whole);
  float nearest = whole;
  if (distance > 0.5F || (distance == 0.5F && std::fmod(whole, 2.0F) != 0.0F)) nearest = outer;
  return static_cast<std::int8_t>(std::fmax(-128.0F, std::fmin(127.0F, nearest)));
}

std::int8_t* at(const GuestMemory& memory, std::uint64_t address, std::uint64_t bytes) {
  return reinterpret_cast<std::int8_t*>(memory.host(address, bytes));
}

bool unchanged(const GuestMemory& memory, std::uint64_t address, const std::vector<std::int8_t>& values) {
  return std::memcmp(at(memory, address, values.size()), values.data(), values.size()) == 0;
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

std::vector<std::int8_t> golden(const Matmul& matmul, const std::vector<std::int8_t>& a,
                                const std::vector<std::int8_t>& b) {
  std::vector<std::int8_t> c(matmul.n * matmul.m);
  std::vector<std::uint32_t> sums(matmul.m);  // unsigned: sums wrap as the accelerator's do
  for (std::uint64_t i = 0; i < matmul.n; ++i) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::uint64_t k = 0; k < matmul.k; ++k) {
      const std::int32_t left{a[i * matmul.k + k]};
      const std::int8_t* right = b.data() + k * matmul.m;
      for (std::uint64_t j = 0; j < matmul.m; ++j) sums[j] += static_cast<std::uint32_t>(left * right[j]);
    }
    for (std::uint64_t j = 0; j < matmul.m; ++j) {
      const std::int8_t value = to_int8(static_cast<std::int32_t>(sums[j]), matmul.scale);
      c[i * matmul.m + j] = matmul.relu && value < 0 ? std::int8_t{0} : value;
    }
  }
  return c;
}

Problem::Problem(const Matmul& matmul, std::uint64_t seed)
    : a_(random_bytes(seed, 0, matmul.n * matmul.k)),
      b_(random_bytes(seed, 1, matmul.k * matmul.m)),
      c_(golden(matmul, a_, b_)) {
  std::uint64_t next = memory_base + program_bytes;
  for (const auto* array : {&a_, &b_, &c_}) {
    arguments_.push_back(next);
    next += round_up_to_page(array->size());
  }
  end_ = next + slack;
}

bool Problem::is_argument(std::uint64_t address) const {
  const std::uint64_t sizes[] = {a_.size(), b_.size(), c_.size()};
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    if (address - arguments_[i] < sizes[i]) return true;  // wraps, so that lower addresses are out as well
  }
  return false;
}

void Problem::place(const GuestMemory& memory) const {
  std::copy(a_.begin(), a_.end(), at(memory, arguments_[0], a_.size()));
  std::copy(b_.begin(), b_.end(), at(memory, arguments_[1], b_.size()));
  const std::uint64_t behind = end_ - arguments_[2];
  std::memset(at(memory, arguments_[2], behind), slack_byte, behind);
  std::transform(c_.begin(), c_.end(), at(memory, arguments_[2], c_.size()),
                 [](std::int8_t right) { return static_cast<std::int8_t>(~right); });
}

std::optional<std::string> Problem::mistake(const GuestMemory& memory) const {
  const std::int8_t* got = at(memory, arguments_[2], c_.size());
  std::uint64_t wrong = 0;
  std::uint64_t first = 0;
  for (std::uint64_t i = c_.size(); i-- > 0;) {
    if (got[i] == c_[i]) continue;
    ++wrong;
    first = i;
  }
  if (wrong > 0) {
    return fmt::format("{} of {} elements differ, first at index {}: expected {}, got {}", wrong, c_.size(), first,
                       c_[first], got[first]);
  }
  if (!unchanged(memory, arguments_[0], a_)) return "the kernel changed its input A";
  if (!unchanged(memory, arguments_[1], b_)) return "the kernel changed its input B";
  const std::uint64_t behind = arguments_[2] + c_.size();
  const std::int8_t* rest = at(memory, behind, end_ - behind);
  if (std::any_of(rest, rest + (end_ - behind), [](std::int8_t byte) { return byte != slack_byte; })) {
    return "the kernel wrote behind its output C";
  }
  return {};
}

}  // namespace exogene::gemmini

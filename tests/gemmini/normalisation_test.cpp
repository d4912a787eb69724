// Activations of stores: GELU, layer normalisation and softmax, all with integers.

#include "gemmini/normalisation.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t from = ByteMemory::base, to = ByteMemory::base + 0x8000;

Step config_norm(Rig& rig, std::uint32_t id, bool only_id, bool softmax = false, bool inverse = false,
                 std::int32_t q = 0, std::int32_t qb = 0, std::int32_t qc = 0) {
  const auto word = [](std::int32_t value) { return std::uint64_t{static_cast<std::uint32_t>(value)}; };
  return rig.model.execute(0,
                           word(q) << 32 | std::uint64_t{inverse} << 18 | std::uint64_t{only_id} << 17 |
                               std::uint64_t{softmax} << 16 | id << 8 | 3,
                           word(qc) << 32 | word(qb));
}

/// `rows` x 40 numbers in the accumulator, blocks 16 rows apart.
std::vector<std::vector<std::int32_t>> load(Rig& rig, std::uint32_t rows, std::int32_t most) {
  std::mt19937 random(5);
  std::uniform_int_distribution<std::int32_t> numbers(-most, most);
  std::vector<std::vector<std::int32_t>> result(rows, std::vector<std::int32_t>(40));
  done(rig.config_ld(0, 64));
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t c = 0; c < 40; ++c) {
      result[r][c] = numbers(random);
      rig.set_word(from + 4 * (c % 16), result[r][c]);
      if (c % 16 == 15 || c == 39) done(rig.mvin(0, from, acc | (c / 16 * 16 + r), c % 16 + 1, 1));
    }
  }
  return result;
}

std::uint32_t command(NormCommand norm) {
  return acc | static_cast<std::uint32_t>(norm) << 26;
}

}  // namespace

TEST_CASE("igelu by hand") {
  // qb = -10, qc = 20: (min(|q|, 10) - 10)^2 + 20, with the sign of q, plus 20, times q.
  CHECK(igelu(3, -10, 20) == 3 * (49 + 20 + 20));
  CHECK(igelu(-3, -10, 20) == -3 * (-(49 + 20) + 20));
  CHECK(igelu(50, -10, 20) == 50 * 40);
  CHECK(igelu(-50, -10, 20) == 0);
  CHECK(igelu(0, -10, 20) == 0);
}

TEST_CASE("igelu is close to GELU with the constants that belong to a scale") {
  // I-BERT: erf(x) ~ sgn(x) (a (min(|x|, -b) + b)^2 + 1), a = -0.2888, b = -1.769, in units of scale / sqrt 2.
  const double unit = 0.02, root = unit / std::sqrt(2.0), a = -0.2888;
  const auto qb = static_cast<std::int32_t>(std::lround(-1.769 / root));
  const auto qc = static_cast<std::int32_t>(std::lround(1.0 / (a * root * root)));
  for (std::int32_t q = -300; q <= 300; q += 7) {
    const double x = q * unit;
    const double result = igelu(q, qb, qc) * unit * (a * root * root) / 2.0;
    CHECK(std::fabs(result - 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)))) < 0.03);
  }
}

TEST_CASE("a store applies igelu before the scale, and to 32-bit data") {
  Rig rig;
  const auto values = load(rig, 2, 30);
  done(config_norm(rig, 0, false, false, false, 0, -10, 20));
  done(rig.config_st(64, 3, 0.05F));
  done(rig.mvout(to, acc, 40, 2));
  for (std::uint32_t r = 0; r < 2; ++r) {
    for (std::uint32_t c = 0; c < 40; ++c) {
      CHECK(rig.byte(to + r * 64 + c) == scale_to_i8(igelu(values[r][c], -10, 20), 0.05F));
    }
  }
  done(rig.mvout(to, acc | full_width, 16, 2));
  CHECK(rig.word(to + 64 + 4 * 5) == igelu(values[1][5], -10, 20));
  done(rig.config_st(64, 0));
  done(rig.mvout(to, acc | full_width, 16, 2));
  CHECK(rig.word(to + 64 + 4 * 5) == values[1][5]);
}

TEST_CASE("layer normalisation: sums, mean, deviation, then the store; every set on its own") {
  Rig rig;
  const auto values = load(rig, 4, 5000);
  done(rig.config_st(64, 2, 30.0F));
  const auto pass = [&](NormCommand norm) {
    for (std::uint32_t r = 0; r < 4; ++r) {
      done(config_norm(rig, r, true));
      const Facts facts = done(rig.mvout(to + r * 64, command(norm) | r, 40, 1));
      CHECK((facts.row_bytes == 0) == (norm != NormCommand::store));
    }
  };
  for (const NormCommand norm : {NormCommand::mean, NormCommand::deviation, NormCommand::store}) pass(norm);
  for (std::uint32_t r = 0; r < 4; ++r) {
    std::int32_t sum = 0;
    for (const std::int32_t value : values[r]) sum += value;
    const std::int32_t mean = sum / 40;
    std::int32_t squares = 0;
    for (const std::int32_t value : values[r]) squares += (value - mean) * (value - mean);
    const auto deviation = static_cast<std::int32_t>(std::sqrt(static_cast<double>(squares / 40)));
    const float inverse = 1.0F / static_cast<float>(deviation);
    for (std::uint32_t c = 0; c < 40; ++c) {
      const auto normalised = static_cast<std::int32_t>(static_cast<float>(values[r][c] - mean) * inverse);
      CHECK(rig.byte(to + r * 64 + c) == scale_to_i8(normalised, 30.0F));
    }
  }
}

TEST_CASE("numbers that are all the same have the deviation 1") {
  Normalisation unit;
  unit.activation = Activation::layernorm;
  const std::int32_t same[] = {7, 7, 7};
  feed(unit, NormCommand::mean, same, 3);
  feed(unit, NormCommand::deviation, same, 3);
  CHECK(unit.sets[0].mean == 7);
  CHECK(activate(unit, 12, Rounding::c_interface) == 5);
  feed(unit, NormCommand::sum, same, 3);  // starts anew
  feed(unit, NormCommand::mean, same, 1);
  CHECK(unit.sets[0].count == 4);
  CHECK(unit.sets[0].mean == 7);
}

TEST_CASE("the next row's maximum knows nothing of the last row's, before it is reset and after") {
  for (const bool stored : {false, true}) {
    Normalisation unit;
    const std::int32_t large = 100, small = 5;
    feed(unit, NormCommand::max, &large, 1);
    feed(unit, NormCommand::inverse_sum_exp, &large, 1);
    CHECK(unit.sets[0].max == 100);
    if (stored) feed(unit, NormCommand::store, &large, 1);
    feed(unit, NormCommand::max, &small, 1);
    feed(unit, NormCommand::sum_exp, &small, 1);
    CHECK(unit.sets[0].max == 5);
  }
}

TEST_CASE("softmax in two passes and a store is close to softmax") {
  // I-BERT: exp(p) ~ 0.3585 (p + 1.353)^2 + 0.344 on (-ln 2, 0].
  const double unit = 0.01;
  const auto whole = [](double value) { return static_cast<std::int32_t>(std::floor(value)); };
  const std::int32_t qln2 = whole(std::log(2.0) / unit), qln2_inverse = 65536 / qln2;
  const std::int32_t qb = whole(1.353 / unit), qc = whole(0.344 / (0.3585 * unit * unit));
  Rig rig;
  const auto values = load(rig, 1, 400);
  done(rig.config_st(64, 0));
  done(config_norm(rig, 2, false, true, false, qln2, qb, qc));
  done(config_norm(rig, 2, false, true, true, qln2_inverse, qb, qc));
  done(rig.config_st(64, 0));  // none leaves softmax on
  for (const NormCommand norm : {NormCommand::max, NormCommand::inverse_sum_exp, NormCommand::store}) {
    done(rig.mvout(to, command(norm), 40, 1));
  }
  const std::int32_t most = *std::max_element(values[0].begin(), values[0].end());
  double sum = 0.0;
  for (const std::int32_t value : values[0]) sum += std::exp((value - most) * unit);
  for (std::uint32_t c = 0; c < 40; ++c) {
    const double right = 127.0 * std::exp((values[0][c] - most) * unit) / sum;
    CHECK(std::fabs(rig.byte(to + c) - right) < 1.0);
  }
  done(rig.config_st(64, 1));
  done(rig.mvout(to, acc | full_width, 16, 1));
  CHECK(rig.word(to) == values[0][0]);
}

TEST_CASE("normalisations that do not exist are refused") {
  Rig rig;
  refused(config_norm(rig, 4, true), "set 4 of statistics does not exist");
  done(rig.config_st(64, 3));
  refused(config_norm(rig, 0, false, true), "softmax cannot be combined");
  done(config_norm(rig, 0, true, true));
}

TEST_CASE("a hardware loop normalises whole rows of its result") {
  Rig rig;
  constexpr std::uint32_t n = 22, m = 40;
  const std::uint64_t a = from, b = from + 0x1000;
  rig.fill(a, 0x2000);
  done(rig.config_ex());
  done(rig.config_ld(0, 16));
  done(rig.config_ld(1, m));
  done(rig.config_st(m, 2, 40.0F));
  done(rig.model.execute(9, 8 << 16 | 10, std::uint64_t{1} << 32 | 3 << 16 | 2));
  done(rig.model.execute(10, a, b));
  done(rig.model.execute(11, 0, to));
  done(rig.model.execute(12, 16, m));
  done(rig.model.execute(13, 0, m));
  done(rig.model.execute(8, 2 << 8, 0));
  for (std::uint32_t i = 0; i < n; ++i) {
    std::int32_t sums[m] = {};
    std::int32_t total = 0, squares = 0;
    for (std::uint32_t j = 0; j < m; ++j) {
      for (std::uint32_t k = 0; k < 16; ++k) sums[j] += rig.byte(a + i * 16 + k) * rig.byte(b + k * m + j);
      total += sums[j];
    }
    const std::int32_t mean = total / static_cast<std::int32_t>(m);
    std::uint32_t wrapped = 0;  // the squares do not fit into 32 bits
    for (const std::int32_t sum : sums) {
      wrapped += static_cast<std::uint32_t>(sum - mean) * static_cast<std::uint32_t>(sum - mean);
    }
    squares = static_cast<std::int32_t>(wrapped);
    if (squares <= 0) continue;  // the square root of a negative number is nothing to compare
    const auto deviation = static_cast<std::int32_t>(std::sqrt(static_cast<double>(squares / 40)));
    const float inverse = 1.0F / static_cast<float>(deviation);
    for (std::uint32_t j = 0; j < m; ++j) {
      const auto normalised = static_cast<std::int32_t>(static_cast<float>(sums[j] - mean) * inverse);
      CHECK(rig.byte(to + i * m + j) == scale_to_i8(normalised, 40.0F));
    }
  }
}

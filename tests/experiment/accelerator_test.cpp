#include "experiment/accelerator.hpp"

#include <doctest/doctest.h>

using namespace exogene;

namespace {

const std::string example = R"(name: mine
dim: 16
scratchpad: {kib: 256, banks: 4}
accumulator: {kib: 64, banks: 2}
dma: {bus_bytes: 16, request_bytes: 64}
compiler: {optimisation: O2}
)";

Accelerator parse(const std::string& text) {
  return parse_accelerator(parse_yaml(text, "a.yaml"), {"a.yaml"});
}

// The example with one part replaced.
std::string changed(const std::string& from, const std::string& to) {
  auto text = example;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void check_error(const std::string& from, const std::string& to, const std::string& expected) {
  CAPTURE(to);
  CHECK_THROWS_WITH_AS(parse(changed(from, to)), expected.c_str(), InputError);
}

}  // namespace

TEST_CASE("shipped accelerators load and come back from their text") {
  for (const std::uint32_t dim : {4U, 8U, 16U, 32U}) {
    const auto name = "gemmini-" + std::to_string(dim) + "x" + std::to_string(dim);
    const auto loaded = load_accelerator(EXOGENE_SOURCE_DIR "/configs/accelerators/" + name + ".yaml");
    CHECK(loaded.name == name);
    CHECK(loaded.dim == dim);
    CHECK(scratchpad_rows(loaded) * dim == 256 * 1024);
    CHECK(accumulator_rows(loaded) * dim * 4 == 64 * 1024);
    CHECK(parse(to_text(loaded)) == loaded);
  }
}

TEST_CASE("text of an accelerator is canonical") {
  const auto accelerator = parse(example);
  CHECK(to_text(accelerator).starts_with(example + "rounding: c_interface\ntiming:\n  front_commands: 8\n"));
  CHECK(accelerator == Accelerator{"mine", 16, 256, 4, 64, 2, 16, 64, "O2"});
  CHECK(scratchpad_rows(accelerator) == 16384);
  CHECK(accumulator_rows(accelerator) == 1024);
}

TEST_CASE("rounding and timing may be given, in parts") {
  const auto changes = parse(example + "rounding: rne\ntiming: {dram_latency: 60, l2_kib: 1024}\n");
  CHECK(changes.rounding == "rne");
  CHECK(changes.timing.dram_latency == 60);
  CHECK(changes.timing.l2_kib == 1024);
  CHECK(changes.timing.l2_hit == parse(example).timing.l2_hit);
  CHECK(parse(to_text(changes)) == changes);
  check_error("compiler:", "rounding: up\ncompiler:", "a.yaml:6: rounding is 'up'; expected one of c_interface, rne");
  CHECK_THROWS_WITH_AS(parse(example + "timing: {dram_latncy: 60}\n"), doctest::Contains("unknown key 'dram_latncy'"),
                       InputError);
  CHECK_THROWS_WITH_AS(parse(example + "timing: {line: 48}\n"), doctest::Contains("must be powers of two"), InputError);
  // A preload keeps its place until its compute comes, and a pass cannot be fed before it begins.
  CHECK_THROWS_WITH_AS(parse(example + "timing: {execute_entries: 1}\n"), doctest::Contains("from 3 to 32"),
                       InputError);
  CHECK_THROWS_WITH_AS(parse(example + "timing: {fed: 4, least_kept_rows: 3}\n"),
                       doctest::Contains("at most least_kept_rows"), InputError);
}

TEST_CASE("the largest memories do not overflow") {
  const auto largest = parse(changed("kib: 256, banks: 4", "kib: 1048576, banks: 1"));
  CHECK(scratchpad_rows(largest) == 1U << 26);
  const auto deepest = parse(changed("kib: 64, banks: 2", "kib: 4194304, banks: 1"));
  CHECK(accumulator_rows(deepest) == 1U << 26);
}

TEST_CASE("a memory need not be a power of two when its banks are") {
  CHECK(parse(changed("kib: 256, banks: 4", "kib: 384, banks: 3")).scratchpad_banks == 3);
}

TEST_CASE("accelerators that cannot be are refused") {
  check_error("name: mine", "name: my own",
              "a.yaml:1: name is 'my own'; expected a name of letters, digits, - and _ that begins with a letter or "
              "digit");
  check_error("dim: 16", "dim: 12", "a.yaml:2: dim is '12'; expected one of 4, 8, 16, 32");
  check_error("kib: 256", "kib: 0", "a.yaml:3: kib is '0'; expected a whole number from 1 to 1048576");
  check_error("kib: 64", "kib: 4194305", "a.yaml:4: kib is '4194305'; expected a whole number from 1 to 4194304");
  check_error("banks: 4", "banks: 3",
              "a.yaml:3: banks is '3'; expected a number that divides the 16384 rows into banks of a power of two "
              "rows each");
  check_error("kib: 256, banks: 4", "kib: 384, banks: 4",
              "a.yaml:3: banks is '4'; expected a number that divides the 24576 rows into banks of a power of two "
              "rows each");
  check_error("bus_bytes: 16", "bus_bytes: 24", "a.yaml:5: bus_bytes is '24'; expected a power of two from 1 to 64");
  check_error("bus_bytes: 16", "bus_bytes: 128", "a.yaml:5: bus_bytes is '128'; expected a whole number from 1 to 64");
  check_error("request_bytes: 64", "request_bytes: 8",
              "a.yaml:5: request_bytes is '8'; expected a whole number from 16 to 4096");
  check_error("O2", "O4", "a.yaml:6: optimisation is 'O4'; expected one of O0, O1, O2, O3, Os");
  check_error("compiler: {optimisation: O2}\n", "",
              "a.yaml:1: missing key 'compiler'; expected the keys name, dim, scratchpad, accumulator, dma, compiler, "
              "rounding, timing");
  check_error("dim: 16", "dim: 16\ndims: 16",
              "a.yaml:3: unknown key 'dims'; expected one of name, dim, scratchpad, accumulator, dma, compiler, "
              "rounding, timing");
}

TEST_CASE("a memory holds at least one block") {
  const auto text = "name: x\ndim: 32\nscratchpad: {kib: 1, banks: 1}\naccumulator: {kib: 3, banks: 1}\n";
  CHECK_THROWS_WITH_AS(parse(text), "a.yaml:4: kib is '3'; expected a whole number from 4 to 8388608", InputError);
}

#include "genome/genome.hpp"

#include <doctest/doctest.h>

#include "genome/yaml.hpp"

using namespace exogene;

namespace {

const Alphabet& alphabet() {
  static const auto loaded = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  return loaded;
}

const std::string example = R"(kernel: matmul
genes:
  - tensorise: {widths: [4, 4]}
  - divide_loop: {loop: i, factor: 16, tail: perfect}
  - permute: {loops: [jo, io#1]}
  - reorder_stmts: {statement: C+=#2}
  - simplify: {}
)";

void check_error(const std::string& genes, const std::string& expected) {
  CAPTURE(genes);
  CHECK_THROWS_WITH_AS(parse_genome("kernel: matmul\ngenes:\n" + genes, "g.yaml", alphabet()),
                       doctest::Contains(expected.c_str()), InputError);
}

}  // namespace

TEST_CASE("text to genome to text is the identity") {
  const auto genome = parse_genome(example, "example", alphabet());
  CHECK(genome.genes.size() == 5);
  CHECK(to_text(genome) == example);
  CHECK(parse_genome(to_text(genome), "again", alphabet()) == genome);
  const auto empty = parse_genome("kernel: matmul\ngenes: []\n", "empty", alphabet());
  CHECK(to_text(empty) == "kernel: matmul\ngenes: []\n");
}

TEST_CASE("layout and argument order do not reach the canonical form") {
  const auto genome = parse_genome(
      "genes:\n- divide_loop:\n    tail: perfect   # comment\n    loop: i\n    factor: 16\nkernel: matmul\n", "x",
      alphabet());
  CHECK(to_text(genome) == "kernel: matmul\ngenes:\n  - divide_loop: {loop: i, factor: 16, tail: perfect}\n");
}

TEST_CASE("the hash follows the canonical form and every part of it") {
  const auto genome = parse_genome(example, "example", alphabet());
  auto other = genome;
  CHECK(hash(genome) == hash(other));
  std::get<std::int64_t>(other.genes[1].arguments[1]) = 8;
  CHECK(hash(genome) != hash(other));
  other = genome;
  std::swap(other.genes[0], other.genes[1]);
  CHECK(hash(genome) != hash(other));
  other = genome;
  other.kernel = "conv";
  CHECK(hash(genome) != hash(other));
}

TEST_CASE("bad genomes name the line, the fault and the remedy") {
  check_error("  - explode: {}\n", "g.yaml:3: unknown primitive 'explode'");
  check_error("  - simplify: {}\n  - divide_loop: {loop: i, factor: 16}\n",
              "g.yaml:4: divide_loop lacks its argument 'tail'");
  check_error("  - divide_loop: {loop: i, factor: 1, tail: perfect}\n", "whole number from 2 to 4096");
  check_error("  - divide_loop: {loop: i, factor: 0x10, tail: perfect}\n", "whole number from 2 to 4096");
  check_error("  - divide_loop: {loop: i, factor: 16, tail: ragged}\n", "expected one of perfect, cut");
  check_error("  - divide_loop: {loop: \"i: os\", factor: 16, tail: cut}\n", "expected a name such as io");
  check_error("  - divide_loop: {loops: i, factor: 16, tail: cut}\n", "has no argument 'loops'");
  check_error("  - permute: {loops: i}\n", "is a list in brackets");
  check_error("  - [simplify]\n", "a gene is one entry");
  check_error("  - simplify: {\n", "not YAML");
}

TEST_CASE("the document itself is checked") {
  const auto fails = [](const std::string& text, const char* expected) {
    CHECK_THROWS_WITH_AS(parse_genome(text, "g.yaml", alphabet()), doctest::Contains(expected), InputError);
  };
  fails("", "expected the keys kernel and genes");
  fails("genes: []\n", "missing key 'kernel'");
  fails("kernel: matmul\n", "expected a list under 'genes'");
  fails("kernel: matmul\ngenes: []\nsize: 3\n", "g.yaml:3: unknown key 'size'");
}

TEST_CASE("the curated genomes parse and print as they stand") {
  for (const auto* name : {"naive", "baseline"}) {
    const auto path = std::string(EXOGENE_SOURCE_DIR "/populations/matmul/") + name + ".yaml";
    const auto text = read_text(path);
    CHECK(to_text(parse_genome(text, path, alphabet())) == text);
  }
}

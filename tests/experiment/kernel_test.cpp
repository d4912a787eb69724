#include "experiment/kernel.hpp"

#include <doctest/doctest.h>

using namespace exogene;

namespace {

const std::string example = "kernel: matmul\nsizes: {N: 128, K: 64, M: 32}\nbias: true\nscale: 0.0007\nrelu: true\n";

Kernel parse(const std::string& text) {
  return parse_kernel(parse_yaml(text, "k.yaml"), {"k.yaml"});
}

void check_error(const std::string& text, const std::string& expected) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(parse(text), expected.c_str(), InputError);
}

}  // namespace

TEST_CASE("shipped kernels load and come back from their text") {
  for (const std::int64_t size : {128, 256, 512}) {
    const auto number = std::to_string(size);
    const auto name = "matmul-" + number + "x" + number + "x" + number;
    const auto loaded = load_kernel(EXOGENE_SOURCE_DIR "/configs/kernels/" + name + ".yaml");
    CHECK(loaded.name == name);
    CHECK(loaded.sizes == std::map<std::string, std::int64_t>{{"N", size}, {"K", size}, {"M", size}});
    CHECK(parse(to_text(loaded)) == loaded);
  }
}

TEST_CASE("text of a kernel is canonical and its name follows N x K x M") {
  const auto kernel = parse(example);
  CHECK(to_text(kernel) == example);
  CHECK(kernel.name == "matmul-128x64x32");
  CHECK(kernel.family == "matmul");
  CHECK(kernel.bias);
  CHECK(kernel.scale == 0.0007);
  CHECK(kernel.relu);
}

TEST_CASE("scales read back exactly") {
  auto kernel = parse(example);
  for (const double scale : {1.0, 1.0 / 3, 0.1 + 0.2, 1.2e-38, 3.4e38, 16777217.0}) {
    kernel.scale = scale;
    CHECK(parse(to_text(kernel)) == kernel);
  }
}

TEST_CASE("kernels that cannot be are refused") {
  check_error("kernel: conv\n", "k.yaml:1: kernel is 'conv'; expected matmul");
  check_error("kernel: matmul\nscale: 1\n",
              "k.yaml:1: missing key 'sizes'; expected the keys kernel, sizes, bias, scale, relu");
  check_error("kernel: matmul\nsizes:\n  N: 1\n  K: 0\n",
              "k.yaml:4: K is '0'; expected a whole number from 1 to 268435456");
  check_error("kernel: matmul\nsizes: {N: 1, K: 1}\n", "k.yaml:2: missing key 'M' in sizes; expected the keys N, K, M");
  check_error("kernel: matmul\nsizes: {N: 1, K: 1, M: 1, L: 1}\n",
              "k.yaml:2: unknown key 'L'; expected one of N, K, M");
  const std::string start = "kernel: matmul\nsizes: {N: 16, K: 16, M: 16}\n";
  for (const std::string bad : {"0", "-1", "1e39", "1e-46", "nan", "inf", "big"})
    check_error(start + "scale: " + bad + "\n",
                "k.yaml:3: scale is '" + bad + "'; expected a number above 0 that a float32 can hold, e.g. 0.0007");
  check_error(start + "bias: maybe\n", "k.yaml:3: bias is 'maybe'; expected one of true, false");
  CHECK_FALSE(parse(start + "scale: 1\nrelu: false\n").bias);
  check_error(start + "scale: 1\nrelu: 1\n", "k.yaml:4: relu is '1'; expected one of true, false");
}

TEST_CASE("each array is limited") {
  const auto with = [](const std::string& sizes) { return "kernel: matmul\nsizes: {" + sizes + "}\n"; };
  const std::string rest = " takes 268451840 bytes; expected at most 268435456 for each array";
  check_error(with("N: 16385, K: 16384, M: 1"), "k.yaml:2: A[N][K]" + rest);
  check_error(with("N: 1, K: 16385, M: 16384"), "k.yaml:2: B[K][M]" + rest);
  check_error(with("N: 16384, K: 1, M: 16385"), "k.yaml:2: C[N][M]" + rest);
  CHECK_NOTHROW(parse(with("N: 16384, K: 16384, M: 16384") + "scale: 1\nrelu: false\n"));
}

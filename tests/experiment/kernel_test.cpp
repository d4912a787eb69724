#include "experiment/kernel.hpp"

#include <doctest/doctest.h>

#include <filesystem>

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
  int matmuls = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EXOGENE_SOURCE_DIR "/configs/kernels")) {
    CAPTURE(entry.path());
    if (entry.path().extension() != ".yaml") continue;
    const auto loaded = load_kernel(entry.path());
    CHECK(entry.path().filename().string().starts_with(loaded.family + "-"));
    CHECK(parse(to_text(loaded)) == loaded);
    if (loaded.family != "matmul") continue;
    ++matmuls;
    CHECK(entry.path().stem() == loaded.name);
  }
  CHECK(matmuls >= 9);
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
  check_error("kernel: conv\n", "k.yaml:1: kernel is 'conv'; expected one of matmul, conv2d, residual_add");
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

namespace {

const std::string conv_example =
    "kernel: conv2d\n"
    "sizes: {batch: 4, in_rows: 56, in_cols: 55, in_channels: 64, out_channels: 32, kernel: 3, stride: 2, padding: 1}\n"
    "bias: false\nscale: 0.5\nrelu: false\n";

void check_conv_error(const std::string& from, const std::string& to, const std::string& expected) {
  auto text = conv_example;
  check_error(text.replace(text.find(from), from.size(), to), expected);
}

}  // namespace

TEST_CASE("a convolution has its own sizes and its name says them") {
  const auto conv = parse(conv_example);
  CHECK(to_text(conv) == conv_example);
  CHECK(conv.name == "conv2d-4x56x55x64-32x3x3-s2p1");
  CHECK(conv.sizes.at("in_cols") == 55);
}

TEST_CASE("convolutions that cannot be are refused") {
  check_conv_error("batch: 4, ", "",
                   "k.yaml:2: missing key 'batch' in sizes; expected the keys batch, in_rows, in_cols, in_channels, "
                   "out_channels, kernel, stride, padding");
  check_conv_error("stride: 2", "stride: 0", "k.yaml:2: stride is '0'; expected a whole number from 1 to 32768");
  check_conv_error("padding: 1", "padding: 3", "k.yaml:2: padding is 3; expected less than kernel, which is 3");
  check_conv_error("in_rows: 56", "in_rows: 0", "k.yaml:2: in_rows is '0'; expected a whole number from 1 to 32768");
  check_conv_error("kernel: 3", "kernel: 58",
                   "k.yaml:2: kernel is 58; expected at most 57, the input with its padding");
  const std::string rest = " bytes; expected at most 268435456 for each array";
  check_conv_error("batch: 4", "batch: 32768",
                   "k.yaml:2: X[batch][in_rows][in_cols][in_channels] takes 6459228160" + rest);
  check_conv_error("batch: 4, in_rows: 56, in_cols: 55, in_channels: 64, out_channels: 32",
                   "batch: 16, in_rows: 56, in_cols: 55, in_channels: 64, out_channels: 32768",
                   "k.yaml:2: Y[batch][out_rows][out_cols][out_channels] takes 411041792" + rest);
}

TEST_CASE("a residual addition scales its inputs") {
  const std::string text =
      "kernel: residual_add\nsizes: {N: 30, M: 20}\ninput_scales: {A: 1, B: 0.25}\nscale: 0.5\nrelu: true\n";
  const auto add = parse(text);
  CHECK(to_text(add) == text);
  CHECK(add.name == "residual_add-30x20");
  CHECK(add.input_scales == std::map<std::string, double>{{"A", 1}, {"B", 0.25}});
  const std::string start = "kernel: residual_add\nsizes: {N: 30, M: 20}\n";
  check_error(start + "bias: true\n",
              "k.yaml:3: unknown key 'bias'; expected one of kernel, sizes, input_scales, scale, relu");
  check_error(start + "scale: 1\nrelu: true\n",
              "k.yaml:1: missing key 'input_scales'; expected the keys kernel, sizes, input_scales, scale, relu");
  check_error(start + "input_scales: {A: 1, B: 0}\n",
              "k.yaml:3: B is '0'; expected a number above 0 that a float32 can hold, e.g. 0.0007");
  check_error("kernel: matmul\nsizes: {N: 1, K: 1, M: 1}\ninput_scales: {A: 1, B: 1}\n",
              "k.yaml:3: unknown key 'input_scales'; expected one of kernel, sizes, bias, scale, relu");
}

TEST_CASE("a kernel of a user's own is a file and sizes") {
  const std::string file = EXOGENE_SOURCE_DIR "/configs/kernels/batched_matmul.py";
  const auto relative =
      parse_kernel(parse_yaml("kernel: mine\nexo: ../kernels/batched_matmul.py\nsizes: {N: 3, G: 2}\n", "k.yaml"),
                   {EXOGENE_SOURCE_DIR "/configs/kernels/k.yaml"});
  CHECK(relative.exo == file);
  CHECK(relative.name == "mine-G2-N3");
  CHECK(to_text(relative) == "kernel: mine\nexo: '" + file + "'\nsizes: {G: 2, N: 3}\n");
  CHECK(parse(to_text(relative)) == relative);
  const std::string start = "kernel: mine\nexo: " + file + "\n";
  CHECK(parse(start + "sizes: {}\n").name == "mine");
  check_error(start + "sizes: 3\n", "k.yaml:3: sizes is '3'; expected a map with the sizes of the proc");
  check_error(start + "sizes: {N: 0}\n", "k.yaml:3: N is '0'; expected a whole number from 1 to 268435456");
  check_error(start + "scale: 1\n", "k.yaml:3: unknown key 'scale'; expected one of kernel, exo, sizes");
  check_error(
      "kernel: mine\nexo: /no/such.py\n",
      "k.yaml:2: exo is '/no/such.py'; expected the path of a Python file, relative to this one; there is no file "
      "/no/such.py");
  check_error("kernel: []\nexo: " + file + "\n", "k.yaml:1: kernel is a list; expected a single word");
}

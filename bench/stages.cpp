// The time of each stage of an evaluation for fixed genomes: medians over fresh lanes, so that nothing is cached.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "eval/evaluator.hpp"
#include "genome/yaml.hpp"

namespace {

using namespace exogene;  // NOLINT: a program of its own

constexpr std::size_t repeats = 5;

constexpr auto hoisted = R"(kernel: matmul
genes:
  - tensorise: {widths: [4, 4]}
  - hoist: {buffer: b, loops: 2}
  - hoist: {buffer: a, loops: 2}
  - unroll: {loop: koi#1, factor: 2}
)";

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + repeats / 2);
  return values[repeats / 2];
}

void measure(const Task& task, const std::string& name, const Genome& genome) {
  std::vector<double> decode;
  std::vector<double> compile;
  std::vector<double> simulate;
  for (std::size_t i = 0; i < repeats; ++i) {
    ResultCache cache;
    Lane lane(task, cache);
    (void)lane.versions();  // starts the children
    const auto evaluation = lane.evaluate(genome.genes);
    if (evaluation.status != Status::ok)
      throw EnvironmentError(fmt::format("{}: {} {}", name, to_string(evaluation.status), evaluation.reason));
    decode.push_back(1e3 * evaluation.seconds.decode);
    compile.push_back(1e3 * evaluation.seconds.compile);
    simulate.push_back(1e3 * evaluation.seconds.simulate);
  }
  const std::array stages{median(decode), median(compile), median(simulate)};
  fmt::print("{:<20} {:<10} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f}\n", task.kernel.name, name, stages[0], stages[1],
             stages[2], stages[0] + stages[1] + stages[2]);
  std::fflush(stdout);
}

}  // namespace

int main() {
  try {
    Task task;
    task.tools = find_tools();
    check(task.tools);
    const auto alphabet = Alphabet::load(alphabet_path(task.tools));
    const auto curated = [&](const char* name) {
      const auto path = task.tools.root / "populations/matmul" / (std::string(name) + ".yaml");
      return parse_genome(read_text(path), path.string(), alphabet);
    };
    task.accelerator = load_accelerator(task.tools.root / "configs/accelerators/gemmini-16x16.yaml");
    fmt::print("{:<20} {:<10} {:>10} {:>10} {:>10} {:>10}\n", "milliseconds", "genome", "decode", "compile", "simulate",
               "all");
    for (const auto* kernel : {"matmul-128x128x128", "matmul-512x512x512"}) {
      task.kernel = load_kernel(task.tools.root / "configs/kernels" / (std::string(kernel) + ".yaml"));
      // Of scalar code at the larger size the simulator alone would take most of a minute.
      if (task.kernel.sizes.at("N") == 128) measure(task, "naive", curated("naive"));
      measure(task, "baseline", curated("baseline"));
      measure(task, "hoisted", parse_genome(hoisted, "hoisted", alphabet));
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

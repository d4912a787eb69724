// The time of each stage of an evaluation for fixed genomes: medians over fresh lanes, so that nothing is cached; and
// what the cycles cost in the simulator.
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

/// Milliseconds from fork to metrics of a run in a simulator that is open.
double time_run(const Task& task, const std::string& c, bool cycles) {
  const TemporaryFolder folder;
  Evaluation evaluation;
  const auto elf = CompileStage(task, folder.path()).compile(c, evaluation);
  Server simulator({{task.tools.gemmini_sim.string()}}, simulator_request(task, description(task.kernel)),
                   folder.path() / "gemmini-sim.log");
  std::vector<double> times;
  for (std::size_t i = 0; i < repeats; ++i) {
    const auto reply = simulator.ask({{"op", "run"}, {"elf", elf.string()}, {"cycles", cycles}}, Seconds(120));
    if (reply.value("status", "") != "ok") throw EnvironmentError(reply.dump());
    times.push_back(1e3 * reply.at("seconds").get<double>());
  }
  return median(times);
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
  ResultCache cache;
  Evaluation evaluation;
  const auto c = Lane(task, cache).decode(genome.genes, evaluation);
  const double without = time_run(task, c, false);
  const double with = time_run(task, c, true);
  const std::array stages{median(decode), median(compile), median(simulate)};
  fmt::print("{:<20} {:<10} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f} {:>10.1f}\n", task.kernel.name, name,
             stages[0], stages[1], stages[2], stages[0] + stages[1] + stages[2], without, with);
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
    fmt::print("{:<20} {:<10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "milliseconds", "genome", "decode",
               "compile", "simulate", "all", "no cycles", "cycles");
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

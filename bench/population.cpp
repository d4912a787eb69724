// What an evaluation costs in a search: a population bred from the tuned genome by mutations alone, evaluated by one
// lane whose service runs already and knows the prefixes of the parents.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "eval/evaluator.hpp"
#include "eval/timer.hpp"
#include "genome/yaml.hpp"
#include "operators/mutation.hpp"

namespace {

using namespace exogene;  // NOLINT: a program of its own

constexpr std::size_t population_size = 200;
constexpr std::array mutations{Mutation::insert, Mutation::remove, Mutation::replace, Mutation::change_argument,
                               Mutation::swap};

/// User and system seconds of this process and of all children that have ended.
double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const auto& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  }
  return sum;
}

void show(const char* name, std::vector<double> seconds) {
  std::ranges::sort(seconds);
  const auto at = [&](std::size_t percent) {
    return seconds.empty() ? 0.0 : 1e3 * seconds[(seconds.size() - 1) * percent / 100];
  };
  fmt::print("{:<20} {:>10} {:>10.1f} {:>10.1f} {:>10.1f}\n", name, seconds.size(), at(50), at(95), at(100));
}

/// Breeds as it evaluates: a parent is the tuned genome or any earlier child that was right.
void measure(const Task& task, const Genome& tuned, const Alphabet& alphabet) {
  std::vector<double> sites_times;
  std::vector<double> decode;
  std::vector<double> compile;
  std::vector<double> simulate;
  std::vector<double> all;
  std::vector<double> simulated;  // of evaluations whose result was not known
  std::size_t ok = 0;
  {
    ResultCache cache;
    Lane lane(task, cache);
    const auto first = lane.evaluate(tuned.genes);
    if (first.status != Status::ok) throw EnvironmentError("the tuned genome: " + first.reason);
    const SitesAt sites_at = [&](std::span<const Gene> genes) {
      double seconds = 0;
      std::optional<Sites> sites;
      {
        const Timer timer(seconds);
        sites = lane.sites(genes);
      }
      sites_times.push_back(seconds);
      return sites;
    };
    std::vector<Genome> right{tuned};
    for (std::uint32_t slot = 0; all.size() < population_size; ++slot) {
      Random random({.seed = 1, .slot = slot});
      const auto& parent = right[static_cast<std::size_t>(random.below(right.size()))];
      const auto mutation = mutations.at(static_cast<std::size_t>(random.below(mutations.size())));
      auto child = mutate(mutation, parent, alphabet, sites_at, random);
      if (!child) continue;
      const auto evaluation = lane.evaluate(child->genes);
      const auto& seconds = evaluation.seconds;
      decode.push_back(seconds.decode);
      if (seconds.compile > 0) compile.push_back(seconds.compile);
      if (seconds.simulate > 0) simulate.push_back(seconds.simulate);
      all.push_back(seconds.decode + seconds.compile + seconds.simulate);
      if (seconds.simulate > 0) simulated.push_back(all.back());
      if (evaluation.status == Status::ok) right.push_back(std::move(*child));
      ok += evaluation.status == Status::ok ? 1 : 0;
    }
  }
  fmt::print("{:<20} {:>10} {:>10} {:>10} {:>10}\n", "milliseconds", "count", "median", "95 %", "slowest");
  show("sites", sites_times);
  show("decode", decode);
  show("compile", compile);
  show("simulate", simulate);
  show("all", all);
  show("all, simulated", simulated);
  fmt::print("{} of {} right; {:.1f} ms of CPU an evaluation, the start of the servers among them\n", ok, all.size(),
             1e3 * cpu_seconds() / static_cast<double>(all.size()));
}

}  // namespace

int main() {
  try {
    Task task;
    task.tools = find_tools();
    check(task.tools);
    const auto alphabet = Alphabet::load(alphabet_path(task.tools));
    const auto path = task.tools.root / "populations/matmul/tuned.yaml";
    task.accelerator = load_accelerator(task.tools.root / "configs/accelerators/gemmini-16x16.yaml");
    task.kernel = load_kernel(task.tools.root / "configs/kernels/matmul-512x512x512.yaml");
    fmt::print("mutants of tuned on {}, one lane\n", task.kernel.name);
    measure(task, parse_genome(read_text(path), path.string(), alphabet), alphabet);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

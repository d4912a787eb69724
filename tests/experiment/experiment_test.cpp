#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "experiment/overrides.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

namespace fs = std::filesystem;

// A folder of files that is gone at the end of a test.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("exogene-experiment-" + std::to_string(getpid()))) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("every shipped experiment loads and comes back from its text") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(EXOGENE_SOURCE_DIR "/configs")) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const auto experiment = load_experiment(entry.path(), {}, alphabet(), metrics);
    CHECK(experiment.name == entry.path().stem());
    const auto text = to_text(experiment);
    CHECK(parse(text) == experiment);
    CHECK(to_text(parse(text)) == text);
    ++count;
  }
  CHECK(count > 0);
}

TEST_CASE("the quickstart is what its file says") {
  const auto experiment = load_experiment(shipped, {}, alphabet(), metrics);
  CHECK(experiment.kernel.name == "matmul-128x128x128");
  CHECK(experiment.accelerator.name == "gemmini-16x16");
  REQUIRE(experiment.initial.size() == 2);
  CHECK(experiment.initial[0].name == "naive");
  CHECK(experiment.initial[0].genome.genes.empty());
  const std::string baseline = EXOGENE_SOURCE_DIR "/populations/matmul/baseline.yaml";
  CHECK(experiment.initial[1].name == "baseline");
  CHECK(experiment.initial[1].genome == parse_genome(read_text(baseline), baseline, alphabet()));
  CHECK(experiment.objectives == std::vector<std::string>{"dram_bytes", "instructions"});
  CHECK(experiment.seed == 1);
  CHECK(experiment.checks == Checks::deferred);
  CHECK(experiment.limits == Limits{2'000'000'000, 60});
  Search search;
  search.algorithm = "generational";
  search.generations = 40;
  search.population = 32;
  search.elites = 2;
  search.tournament = 3;
  search.crossover = 0.3;
  search.retries = 8;
  CHECK(experiment.search == search);
  CHECK(experiment.budget == Budget{});
}

TEST_CASE("text of an experiment is canonical") {
  const auto experiment = parse(example);
  const auto text = to_text(experiment);
  // What the example leaves out, the last settings of the accelerator, is written between these.
  const auto middle = example.find("initial:");
  CHECK(text.starts_with(example.substr(0, middle)));
  CHECK(text.ends_with(example.substr(middle)));
  CHECK(to_text(parse(text)) == text);
  CHECK(experiment.checks == Checks::always);
  CHECK(experiment.require_proof);
  CHECK(experiment.proof_seconds == 2.5);
  CHECK(experiment.search.crossover == 0.1 + 0.2);
}

TEST_CASE("limits suffice for naive schedules of large kernels, and are capped") {
  const auto limits = [](const std::string& name) {
    return default_limits(load_kernel(EXOGENE_SOURCE_DIR "/configs/kernels/" + name + ".yaml"));
  };
  CHECK(limits("matmul-128x128x128") == Limits{2'000'000'000, 60});
  CHECK(limits("matmul-512x512x512") == Limits{32ULL * 512 * 512 * 512, 430});
  CHECK(limits("conv2d-14x14x256") == Limits{32ULL * 4 * 14 * 14 * 9 * 256 * 256, 1480});
  CHECK(limits("residual_add-784x1024") == Limits{2'000'000'000, 60});
  const auto vast = parse_kernel(
      parse_yaml(
          "{kernel: conv2d, scale: 1, relu: false, sizes: {batch: 1, in_rows: 1024, in_cols: 1024, in_channels: 16, "
          "out_channels: 16, kernel: 1023, stride: 1, padding: 1022}}",
          "vast"),
      {"vast"});
  CHECK(default_limits(vast) == Limits{1'000'000'000'000'000, 86400});
}

TEST_CASE("defaults are filled in and written out") {
  auto text = changed(
      "checks: always\nrequire_proof: true\nproof_seconds: 2.5\nlimits: {instructions: 1000, seconds: 0.1}\n", "");
  CHECK(parse(text).checks == Checks::deferred);
  CHECK_FALSE(parse(text).require_proof);
  CHECK(parse(text).proof_seconds == 1);
  CHECK(parse(text).limits == Limits{2'000'000'000, 60});
  CHECK(parse(changed("objectives: [instructions, dram_bytes]\n", "")).objectives ==
        std::vector<std::string>{"cycles"});
  CHECK(to_text(parse(text))
            .find("checks: deferred\nrequire_proof: false\nproof_seconds: 1\nlimits: {instructions: 2000000000, "
                  "seconds: 60}\n") != std::string::npos);
  CHECK(parse(changed("instructions: 1000, ", "")).limits == Limits{2'000'000'000, 0.1});
}

TEST_CASE("broken experiments are refused with the line") {
  check_error("name: small", "name: so small",
              "e.yaml:1: name is 'so small'; expected a name of letters, digits, - and _ that begins with a letter "
              "or digit");
  check_error("seed: 18446744073709551615", "seed: -1",
              "e.yaml:25: seed is '-1'; expected a whole number from 0 to 18446744073709551615");
  check_error("always", "sometimes", "e.yaml:26: checks is 'sometimes'; expected one of deferred, always");
  check_error("seconds: 0.1", "seconds: 0", "e.yaml:29: seconds is '0'; expected a number from 0.001 to 86400");
  check_error("instructions: 1000", "cycles: 1",
              "e.yaml:29: unknown key 'cycles'; expected one of instructions, seconds");
  check_error("generational", "annealing",
              "e.yaml:31: algorithm is 'annealing'; expected one of generational, steady, random, hill_climbing, mcts, "
              "llm_only");
  check_error("population: 10", "population: many",
              "e.yaml:32: population is 'many'; expected a whole number from 2 to 100000");
  check_error("elites: 1", "elites: 10", "e.yaml:34: elites is '10'; expected a whole number from 1 to 9");
  check_error("tournament: 2", "tournament: 11", "e.yaml:35: tournament is '11'; expected a whole number from 1 to 10");
  check_error("crossover: 0.30000000000000004", "crossover: 1.5",
              "e.yaml:36: crossover is '1.5'; expected a number from 0 to 1");
  check_error("  retries: 0\n", "",
              "e.yaml:31: missing key 'retries' in search; expected the keys algorithm, population, generations, "
              "elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
  check_error("seed: ", "sead: ",
              "e.yaml:25: unknown key 'sead'; expected one of name, kernel, accelerator, initial, objectives, seed, "
              "checks, require_proof, proof_seconds, limits, budget, search, kernels, accelerators, llm");
  check_error("require_proof: true", "require_proof: maybe",
              "e.yaml:27: require_proof is 'maybe'; expected one of true, false");
  check_error("proof_seconds: 2.5", "proof_seconds: -1",
              "e.yaml:28: proof_seconds is '-1'; expected a number from 0 to 86400");
  check_error("checks: always", "seed: 2", "e.yaml:26: key 'seed' is here twice; expected it once");
  CHECK_THROWS_WITH_AS(parse("name: [x\n"), doctest::Contains("e.yaml:2: not YAML: "), InputError);
}

TEST_CASE("several kernels and accelerators are one case a pair") {
  const auto accelerator = to_text(parse(example).accelerator);
  const auto inline_map = [](const std::string& text) { return flow_text(YAML::Load(text), ""); };
  auto other = accelerator;
  other.replace(other.find("mine"), 4, "other");
  other.replace(other.find("dim: 16"), 7, "dim: 8");
  const auto kernels = example.substr(example.find("kernel:"), example.find("accelerator:") - example.find("kernel:"));
  const auto first = inline_map(to_text(parse(example).kernel));
  const std::string second = "{kernel: matmul, sizes: {N: 16, K: 16, M: 48}, scale: 1, relu: false}";
  const auto with_kernels = [&](const std::string& list) {
    auto text = example;
    return text.replace(text.find(kernels), kernels.size(), "kernels: " + list + "\n");
  };
  const auto text = with_kernels("[" + first + ", " + second + "]");
  const auto accelerators = text.substr(text.find("accelerator:"), text.find("initial:") - text.find("accelerator:"));
  auto both = text;
  both.replace(both.find(accelerators), accelerators.size(),
               "accelerators: [" + inline_map(accelerator) + ", " + inline_map(other) + "]\n");

  const auto experiment = parse(both);
  CHECK(experiment.kernel == parse(example).kernel);
  CHECK(experiment.accelerator == parse(example).accelerator);
  CHECK(parse(to_text(experiment)) == experiment);
  std::vector<std::string> names;
  for (const auto& [kernel, on] : cases(experiment)) names.push_back(kernel.name + " on " + on.name);
  CHECK(names == std::vector<std::string>{"matmul-64x32x16 on mine", "matmul-64x32x16 on other",
                                          "matmul-16x16x48 on mine", "matmul-16x16x48 on other"});
  CHECK(cases(parse(example)).size() == 1);
  CHECK(to_text(parse(with_kernels("[" + first + "]"))) == to_text(parse(example)));

  const auto refused = [&](const std::string& list, const std::string& expected) {
    CAPTURE(list);
    CHECK_THROWS_WITH_AS(parse(with_kernels(list)), expected.c_str(), InputError);
  };
  refused("[]",
          "e.yaml:2: kernels is a list; expected a list of one or more, each the path of a file, relative to this "
          "one, or a map");
  refused("[" + second + ", " + second + "]", "e.yaml:2: kernels has matmul-16x16x48 twice; expected it once");
  refused("[" + second + "]\nkernel: " + first, "e.yaml:3: kernel is a map; expected it or kernels, not both");
  refused(
      "[" + second +
          ", {kernel: residual_add, sizes: {N: 16, M: 16}, scale: 1, input_scales: {A: 1, B: 1}, relu: false}]",
      "e.yaml:2: kernels is a list; expected kernels of one family, so that a genome fits all; residual_add-16x16 is "
      "no matmul");
  refused("[" + second + ", 7]", "e.yaml:2: kernels is '7'; expected a map, for this text refers to no files");
  std::string many = "[";
  for (int n = 1; n <= 17; ++n)
    many += "{kernel: matmul, sizes: {N: " + std::to_string(n) + ", K: 1, M: 1}, scale: 1, relu: false}, ";
  refused(many + "]", "e.yaml:2: kernels is a list; expected at most 16 kernels times accelerators, not 17");
}

TEST_CASE("objectives are metrics, each once") {
  check_error("[instructions, dram_bytes]", "[instructions, instructions]",
              "e.yaml:24: objectives has 'instructions' twice; expected it once");
  CHECK_THROWS_WITH_AS(parse(changed("[instructions, dram_bytes]", "[speed]")),
                       doctest::Contains("e.yaml:24: objectives has 'speed'; expected one of "), InputError);
  CHECK_THROWS_WITH_AS(parse(changed("[instructions, dram_bytes]", "instructions")),
                       doctest::Contains("e.yaml:24: objectives is 'instructions'; expected a list in brackets"),
                       InputError);
}

TEST_CASE("errors of inline parts have their own lines") {
  check_error("K: 32", "K: 0", "e.yaml:4: K is '0'; expected a whole number from 1 to 268435456");
  check_error("kernel: matmul", "kernel: conv",
              "e.yaml:3: kernel is 'conv'; expected one of matmul, conv2d, residual_add");
  const auto kernel = example.substr(example.find("kernel:"), example.find("accelerator:") - example.find("kernel:"));
  check_error(kernel, "kernel:\n",
              "e.yaml:2: kernel is nothing; expected the path of a file, relative to this one, or a map");
  check_error("dim: 16", "dim: 17", "e.yaml:10: dim is '17'; expected one of 4, 8, 16, 32");
  check_error("tensorise", "tensorize", "e.yaml:22: unknown primitive 'tensorize'; see `exogene primitives`");
  check_error("perfect", "imperfect",
              "e.yaml:23: tail is 'imperfect'; expected one of perfect, cut, guard, cut_and_guard");
  check_error("  mine:\n    kernel: matmul\n", "  mine:\n    kernel: conv\n",
              "e.yaml:20: kernel is 'conv'; expected matmul, the experiment's kernel");
  check_error("  naive:\n    kernel: matmul\n    genes: []\n", "  naive: ~\n",
              "e.yaml:16: initial is nothing; expected a map, for this "
              "text refers to no files");
  const auto list = example.substr(example.find("initial:"), example.find("objectives:") - example.find("initial:"));
  check_error(list, "initial: []\n",
              "e.yaml:15: initial is a list; expected a map of one or more genomes, each under its name");
  check_error("naive:", "'a b':", "e.yaml:16: 'a b' is no name; expected e.g. baseline");
  check_error(list, "initial: {a: &a {kernel: matmul, genes: *a}}\n",
              "e.yaml:15: nested too deeply; expected a genome");
}

TEST_CASE("text that stands alone refers to no files") {
  CHECK_THROWS_WITH_AS(
      parse(changed(
          "kernel:\n  kernel: matmul\n  sizes: {N: 64, K: 32, M: 16}\n  bias: true\n  scale: 0.0007\n  relu: true\n",
          "kernel: k.yaml\n")),
      "e.yaml:2: kernel is 'k.yaml'; expected a map, for this text refers to no files", InputError);
}

TEST_CASE("errors in a referenced file name that file") {
  const Folder folder;
  const auto kernel = example.find("kernel:\n");
  const auto text = example.substr(0, kernel) + "kernel: k.yaml\n" + example.substr(example.find("accelerator:"));
  const auto path = folder.file("e.yaml", text);
  check_load_error(path, {},
                   path + ":2: kernel is 'k.yaml', but there is no file " + (folder / "k.yaml") +
                       "; expected a path relative to this file");
  const auto part = folder.file("k.yaml", "kernel: matmul\nsizes:\n  N: 16\n  K: 16\n  M: 100\nscale: 1\nrelu: no\n");
  check_load_error(path, {}, part + ":7: relu is 'no'; expected one of true, false");
  (void)folder.file("k.yaml", "kernel: matmul\nsizes: {N: 16, K: 16, M: 16}\nscale: 1\nrelu: false\n");
  CHECK(load_experiment(path, {}, alphabet(), metrics).kernel.name == "matmul-16x16x16");

  const auto genome = folder.file("g.yaml", "# a comment\nkernel: matmul\ngenes:\n  - simplify: {}\n  - no_such: {}\n");
  check_load_error(path, {"initial={g: g.yaml}"}, genome + ":5: unknown primitive 'no_such'; see `exogene primitives`");
  (void)folder.file("g.yaml", "genes: []\n\nkernel: conv\n");
  check_load_error(path, {"initial={g: g.yaml}"},
                   genome + ":3: kernel is 'conv'; expected matmul, the experiment's kernel");
  (void)folder.file("g.yaml", "");
  check_load_error(path, {"initial={g: g.yaml}"}, genome + ":1: expected the keys kernel and genes");
  check_load_error(folder / "none.yaml", {},
                   (folder / "none.yaml") + ": cannot be read; give the path of a readable file");
}

TEST_CASE("overrides set scalars, lists, maps and missing maps, the last one counting") {
  const auto experiment = load_experiment(
      shipped,
      {"search.generations=7", "objectives=[instructions]", "limits={seconds: 5}", "limits.instructions=10", "seed=2",
       "accelerator=accelerators/gemmini-8x8.yaml", "seed=3",
       "initial={naive: ../populations/matmul/naive.yaml, one: {kernel: matmul, genes: [simplify: {}]}}",
       "kernel={kernel: matmul, sizes: {N: 8, K: 8, M: 8}, scale: 1, relu: false}", "kernel.sizes.M=24"},
      alphabet(), metrics);
  CHECK(experiment.search.generations == 7);
  CHECK(experiment.search.population == 32);
  CHECK(experiment.objectives == std::vector<std::string>{"instructions"});
  CHECK(experiment.limits == Limits{10, 5});
  CHECK(experiment.seed == 3);
  CHECK(experiment.accelerator.dim == 8);
  REQUIRE(experiment.initial.size() == 2);
  CHECK(to_text(experiment.initial[1].genome) == "kernel: matmul\ngenes:\n  - simplify: {}\n");
  CHECK(experiment.kernel.name == "matmul-8x8x24");

  const Folder folder;
  const auto path = folder.file("e.yaml", changed("limits: {instructions: 1000, seconds: 0.1}\n", ""));
  CHECK(load_experiment(path, {"limits.seconds=2"}, alphabet(), metrics).limits == Limits{2'000'000'000, 2});
}

TEST_CASE("errors of overrides name the override") {
  const std::string keys =
      "name, kernel, accelerator, initial, objectives, seed, checks, require_proof, proof_seconds, limits, budget, "
      "search, kernels, accelerators, llm";
  check_set_error("serch.generations=5", "--set serch.generations: unknown key 'serch'; expected one of " + keys);
  check_set_error(
      "search.generatoins=5",
      "--set search.generatoins: unknown key 'generatoins'; expected one of algorithm, population, "
      "generations, elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
  check_set_error("search.population=many",
                  "--set search.population: population is 'many'; expected a whole number from 2 to 100000");
  check_set_error("seed=", "--set seed: seed is nothing; expected a whole number from 0 to 18446744073709551615");
  check_set_error(
      "search={algorithm: generational}",
      "--set search: missing key 'population' in search; expected the keys algorithm, population, "
      "generations, elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
  check_set_error("search={algorithm: generational, population: 1}",
                  "--set search: population is '1'; expected a whole number from 2 to 100000");
  check_set_error("limits={seconds: 1, seconds: 2}", "--set limits: key 'seconds' is here twice; expected it once");
  check_set_error("kernel.sizes.N=16",
                  "--set kernel.sizes.N: kernel is 'kernels/matmul-128x128x128.yaml', which has no keys to set; "
                  "expected kernel=VALUE for all of it");
  check_set_error("kernel={kernel: matmul, sizes: {N: 16, K: 0, M: 16}, scale: 1, relu: false}",
                  "--set kernel: K is '0'; expected a whole number from 1 to 268435456");
  check_set_error("kernel=k.yaml", "--set kernel: kernel is 'k.yaml', but there is no file " EXOGENE_SOURCE_DIR
                                   "/configs/k.yaml; expected a path relative to this file");
  check_set_error("initial={c: {kernel: conv, genes: []}}",
                  "--set initial: kernel is 'conv'; expected matmul, the experiment's kernel");
  check_set_error("seed", "--set seed: no '='; expected KEY=VALUE, e.g. search.generations=5");
  check_set_error("=5", "--set =5: an empty key; expected e.g. search.generations=5");
  check_set_error("search..x=5", "--set search..x=5: an empty key; expected e.g. search.generations=5");
  check_set_error("seed=&a [*a]", "--set seed: nested too deeply");
  CHECK_THROWS_WITH_AS(load_experiment(shipped, {"seed=[1"}, alphabet(), metrics),
                       doctest::Contains("--set seed:1: not YAML: "), InputError);
  CHECK_THROWS_WITH_AS(load_experiment(shipped, {"initial={x: {kernel: matmul, genes: [x: {}]}}"}, alphabet(), metrics),
                       doctest::Contains("--set initial"), InputError);
}

TEST_CASE("an error that an override does not touch still names the file") {
  const Folder folder;
  const auto path = folder.file("e.yaml", changed("population: 10", "population: 1"));
  check_load_error(path, {"search.generations=5"},
                   path + ":32: population is '1'; expected a whole number from 2 to 100000");
}

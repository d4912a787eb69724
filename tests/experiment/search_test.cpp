#include "experiment/search.hpp"

#include <map>

#include "experiment/overrides.hpp"
#include "rig.hpp"

using namespace exogene;

TEST_CASE("each algorithm has settings of its own, all of them needed, and comes back from its text") {
  const std::map<std::string, std::string> settings{
      {"generational",
       "{algorithm: generational, population: 4, generations: 3, elites: 1, tournament: 2, crossover: 0.5, "
       "retries: 2}"},
      {"steady",
       "{algorithm: steady, population: 4, generations: 3, batch: 2, tournament: 2, crossover: 0.5, retries: 2}"},
      {"random", "{algorithm: random, generations: 3, batch: 2, genes: 5, retries: 2}"},
      {"hill_climbing",
       "{algorithm: hill_climbing, generations: 3, batch: 2, improvement: first, patience: 3, perturbation: 4, "
       "retries: 2}"},
      {"mcts",
       "{algorithm: mcts, generations: 3, batch: 2, exploration: 0.3, widening: 1.5, widening_exponent: 0.5, rollout: "
       "4, "
       "retries: 2}"},
      {"llm_only", "{algorithm: llm_only, population: 4, generations: 3, elites: 1, retries: 2}"},
  };
  const std::string llm = "llm: {share: 0.5, models: [{url: 'http://h/v1', model: m}]}\n";
  for (const auto& name : algorithm_names()) {
    CAPTURE(name);
    const auto& text = settings.at(name);
    const auto with = [&](const std::string& search, const std::string& more) {
      return example.substr(0, example.find("search:")) + "search: " + search + "\n" + more;
    };
    const std::string needed = name == "llm_only" ? llm : "";
    const auto experiment = parse(with(text, needed));
    CHECK(experiment.search.algorithm == name);
    CHECK(experiment.search.generations == 3);
    CHECK(experiment.search.retries == 2);
    CHECK(parse(to_text(experiment)) == experiment);
    const auto written = YAML::Load(to_text(experiment))["search"];
    CHECK(written.size() == YAML::Load(text).size());
    for (const auto& entry : YAML::Load(text)) {
      const auto key = entry.first.Scalar();
      CAPTURE(key);
      CHECK(std::ranges::count(search_keys(name), key) == 1);
      CHECK(written[key].Scalar() == YAML::Load(text)[key].Scalar());
      auto without = YAML::Load(text);
      without.remove(key);
      const auto broken = with(flow_text(without, ""), needed);
      if (key == "algorithm")
        CHECK_THROWS_AS(parse(broken), InputError);
      else
        CHECK_THROWS_WITH_AS(parse(broken), doctest::Contains(("missing key '" + key + "' in search").c_str()),
                             InputError);
    }
    if (asks_llms(name)) {
      const auto asking = parse(with(text, llm));
      CHECK(asking.llm->share == 0.5);
      CHECK(parse(to_text(asking)) == asking);
    } else {
      const auto expected = "e.yaml:31: llm is a map; expected a search that asks LLMs, not " + name;
      CHECK_THROWS_WITH_AS(parse(with(text, llm)), expected.c_str(), InputError);
    }
  }
  CHECK_THROWS_WITH_AS(parse(example.substr(0, example.find("search:")) + "search: " + settings.at("llm_only") + "\n"),
                       "e.yaml:30: algorithm is 'llm_only' without a key 'llm'; expected its models there", InputError);
  check_error("population: 10", "batch: 10",
              "e.yaml:32: batch is no setting of generational; expected one of algorithm, population, generations, "
              "elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
  check_error("generational", "random",
              "e.yaml:32: population is no setting of random; expected one of algorithm, generations, batch, genes, "
              "retries");
  check_set_error(
      "search.batch=4",
      "--set search.batch: batch is no setting of generational; expected one of algorithm, population, "
      "generations, elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
}

TEST_CASE("selection, operators, archive and islands are read and written back; without them all is as before") {
  const auto with = [](const std::string& lines) { return changed("  retries: 0\n", "  retries: 0\n" + lines); };
  const std::string lines =
      "  selection: nsga2\n"
      "  operators: {choice: adaptive_pursuit, weights: {insert: 2, macro: 0.5}}\n"
      "  archive: 0.25\n"
      "  islands: {count: 3, migration_every: 5, migrants: 9, stagnation: 7}\n";
  const auto search = parse(with(lines)).search;
  CHECK(search.selection == "nsga2");
  CHECK(search.operators == Operators{"adaptive_pursuit", {{"insert", 2}, {"macro", 0.5}}});
  CHECK(search.archive == 0.25);
  CHECK(search.islands == Islands{3, 5, 9, 7});
  CHECK(to_text(parse(with(lines))).ends_with(lines));
  CHECK(to_text(parse(with("  selection: tournament\n  archive: 0\n"))) == to_text(parse(example)));
  CHECK(parse(with("  operators: {choice: uniform}\n")).search.operators == Operators{"uniform", usual_weights()});
  CHECK(parse(with("  operators: {choice: fixed, weights: {swap: 1, move: 0}}\n")).search.operators ==
        Operators{"fixed", {{"swap", 1}}});

  const auto refused = [&](const std::string& line, const std::string& expected) {
    check_error("  retries: 0\n", "  retries: 0\n  " + line + "\n", "e.yaml:38: " + expected);
  };
  refused("selection: roulette", "selection is 'roulette'; expected one of tournament, nsga2, lexicase");
  refused("archive: 2", "archive is '2'; expected a number from 0 to 1");
  refused("operators: {choice: best}", "choice is 'best'; expected one of fixed, uniform, adaptive_pursuit");
  refused("operators: {weights: {swap: 1}}",
          "missing key 'choice' in search.operators; expected the keys choice, weights");
  refused("operators: {choice: fixed, weights: {swap: 0}}",
          "weights is a map; expected at least one operator with a weight above 0");
  refused("operators: {choice: fixed, weights: {swap: -1}}", "swap is '-1'; expected a number from 0 to 1000000");
  refused("operators: {choice: fixed, weights: {crossover: 1}}",
          "unknown key 'crossover'; expected one of insert, delete, replace, change_argument, swap, duplicate, move, "
          "graft, macro");
  refused("islands: {count: 0, migration_every: 5, migrants: 1, stagnation: 7}",
          "count is '0'; expected a whole number from 1 to 1000");
  refused("islands: {count: 2, migration_every: 5, migrants: 10, stagnation: 7}",
          "migrants is '10'; expected a whole number from 0 to 9");
  refused("islands: {count: 2, migration_every: 0, migrants: 1, stagnation: 7}",
          "migration_every is '0'; expected a whole number from 1 to 1000000");
  refused("islands: {count: 2, migration_every: 5, migrants: 1}",
          "missing key 'stagnation' in search.islands; expected the keys count, migration_every, migrants, stagnation");
}

TEST_CASE("a surrogate is read and written back, by algorithms that breed only") {
  const auto with = [](const std::string& line) { return changed("  retries: 0\n", "  retries: 0\n" + line); };
  CHECK_FALSE(parse(example).search.surrogate.has_value());
  CHECK(parse(with("  surrogate: {candidates: 4}\n")).search.surrogate == Surrogate{4, "regression"});
  const std::string line = "  surrogate: {candidates: 64, ranking: random}\n";
  CHECK(parse(with(line)).search.surrogate == Surrogate{64, "random"});
  CHECK(to_text(parse(with(line))).ends_with(line));
  CHECK(parse(to_text(parse(with(line)))) == parse(with(line)));

  const auto refused = [&](const std::string& text, const std::string& expected) {
    check_error("  retries: 0\n", "  retries: 0\n  surrogate: " + text + "\n", "e.yaml:38: " + expected);
  };
  refused("{candidates: 1}", "candidates is '1'; expected a whole number from 2 to 64");
  refused("{candidates: 65}", "candidates is '65'; expected a whole number from 2 to 64");
  refused("{candidates: 4, ranking: best}", "ranking is 'best'; expected one of regression, random");
  refused("{ranking: random}", "missing key 'candidates' in search.surrogate; expected the keys candidates, ranking");
  refused("{candidates: 4, model: ridge}", "unknown key 'model'; expected one of candidates, ranking");
  refused("4", "surrogate is '4'; expected a map with the keys candidates, ranking");
  for (const auto& algorithm : algorithm_names()) {
    const auto keys = search_keys(algorithm);
    CHECK((std::ranges::find(keys, "surrogate") != keys.end()) ==
          (algorithm == "generational" || algorithm == "steady"));
  }
}

TEST_CASE("a budget takes the place of a number of generations, or stands beside it") {
  const std::string limits = "limits: {instructions: 1000, seconds: 0.1}\n";
  const auto budget = [&](const std::string& text) { return changed(limits, limits + "budget: " + text + "\n"); };
  CHECK(parse(example).budget == Budget{});
  const auto all = budget("{evaluations: 20, seconds: 1.5, instructions: 3000}");
  CHECK(parse(all).budget == Budget{20, 1.5, 3000});
  CHECK(to_text(parse(all)).find("\nbudget: {evaluations: 20, seconds: 1.5, instructions: 3000}\nsearch:\n") !=
        std::string::npos);
  CHECK(parse(to_text(parse(all))) == parse(all));
  for (const char* const one : {"{evaluations: 2}", "{seconds: 5}", "{instructions: 1}"}) {
    auto text = budget(one);
    text.erase(text.find("  generations: 3\n"), std::string("  generations: 3\n").size());
    const auto experiment = parse(text);
    CHECK_FALSE(experiment.search.generations.has_value());
    CHECK(parse(to_text(experiment)) == experiment);
  }
  check_error("  generations: 3\n", "",
              "e.yaml:31: missing key 'generations' in search; expected the keys algorithm, population, generations, "
              "elites, tournament, crossover, retries, selection, operators, archive, islands, surrogate");
  check_error(limits, "budget: {evaluations: 1}\n",
              "e.yaml:29: evaluations is '1'; expected a whole number from 2 to 1000000000000000");
  check_error(limits, "budget: {seconds: 0}\n",
              "e.yaml:29: seconds is '0'; expected a number from 0.001 to 1000000000");
  check_error(limits, "budget: {time: 3}\n",
              "e.yaml:29: unknown key 'time'; expected one of evaluations, seconds, instructions");
}

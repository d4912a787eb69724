#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/commands.hpp"
#include "cli/team.hpp"
#include "eval/process.hpp"
#include "genome/yaml.hpp"
#include "history/error.hpp"

namespace exogene::cli {
namespace {

constexpr int failed = 1;
constexpr int bad_input = 2;

// What is wrong in every process is said once, by the first one, which ends the others meanwhile.
constexpr std::chrono::seconds turn_of_the_first{2};

int fail(const Team& team, int code, const std::string& what) {
  if (team.rank != 0) std::this_thread::sleep_for(turn_of_the_first);
  std::fflush(stdout);
  fmt::print(stderr, "{}: {}\n", team.name, what);
  std::fflush(stderr);
  team.give_up(code);
  return code;
}

}  // namespace

int command_line(int argc, char** argv, const Team& team) {
  CLI::App app("Exogene evolves Exo schedules for the Gemmini accelerator.");
  app.require_subcommand(1);
  app.set_version_flag("--version", EXOGENE_VERSION);

  auto* doctor = app.add_subcommand("doctor", "Every tool and version that is needed, and what is missing");

  cli::RunOptions run;
  auto* run_command = app.add_subcommand("run", "Run an experiment; Ctrl-C stops it cleanly");
  run_command->add_option("experiment", run.experiment, "Experiment file, e.g. configs/quickstart.yaml")->required();
  run_command->add_option("--set", run.overrides, "Change a setting, e.g. search.generations=5")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  run_command->add_option("-o,--output", run.output, "History to make; by default populations/NAME.h5 or a next one");

  const char* const replay_help = "Take the LLMs' replies from this history and ask nobody";
  run_command->add_option("--replay", run.replay, replay_help)->type_name("HISTORY");

  cli::ResumeOptions resume;
  auto* resume_command = app.add_subcommand("resume", "Go on exactly where a run stopped");
  resume_command->add_option("history", resume.history, "History of the run")->required();
  resume_command->add_option("--generations", resume.generations, "So many more, not up to the experiment's number");

  resume_command->add_option("--replay", resume.replay, replay_help)->type_name("HISTORY");

  cli::EvaluateOptions evaluate;
  auto* evaluate_command = app.add_subcommand("evaluate", "Decode, compile and simulate a genome; print every metric");
  evaluate_command->add_option("genome", evaluate.genome, "Genome file")->required();
  evaluate_command->add_option("--kernel", evaluate.kernel, "Kernel file; by default the one of 128x128x128");
  evaluate_command->add_option("--accelerator", evaluate.accelerator, "Accelerator file; by default gemmini-16x16");
  evaluate_command->add_option("--checks", evaluate.checks, "Exo's safety analysis")
      ->check(CLI::IsMember({"deferred", "always"}))
      ->capture_default_str();

  auto* prove_command = app.add_subcommand(
      "prove", "Decode a genome with every check of Exo and run it on fresh data; 0 when it is proven");
  prove_command->add_option("genome", evaluate.genome, "Genome file")->required();
  prove_command->add_option("--kernel", evaluate.kernel, "Kernel file; by default the one of 128x128x128");
  prove_command->add_option("--accelerator", evaluate.accelerator, "Accelerator file; by default gemmini-16x16");

  std::filesystem::path minimal;
  auto* minimise_command = app.add_subcommand("minimise", "Drop the genes that do not change the C of a genome");
  minimise_command->add_option("genome", evaluate.genome, "Genome file")->required();
  minimise_command->add_option("--kernel", evaluate.kernel, "Kernel file; by default the one of 128x128x128");
  minimise_command->add_option("--accelerator", evaluate.accelerator, "Accelerator file; by default gemmini-16x16");
  minimise_command->add_option("-o,--output", minimal, "Genome file to write; standard output by default");

  std::filesystem::path timeline;
  auto* trace_command = app.add_subcommand("trace", "Evaluate a genome and write its timeline, for Perfetto");
  trace_command->add_option("genome", evaluate.genome, "Genome file")->required();
  trace_command->add_option("--kernel", evaluate.kernel, "Kernel file; by default the one of 128x128x128");
  trace_command->add_option("--accelerator", evaluate.accelerator, "Accelerator file; by default gemmini-16x16");
  trace_command->add_option("-o,--output", timeline, "File to write, e.g. trace.json")->required();

  std::filesystem::path shown;
  std::string what = "best";
  auto* show_command = app.add_subcommand("show", "What a history holds");
  show_command->add_option("history", shown, "History of a run")->required();
  std::vector<std::string> views;
  std::string views_help;
  for (const auto& [name, help] : cli::views()) {
    views.push_back(name);
    views_help += (views_help.empty() ? "" : "; ") + name + ": " + help;
  }
  show_command->add_option("what", what, views_help)->check(CLI::IsMember(views))->capture_default_str();

  cli::ExportOptions exported;
  bool best = false;
  auto* export_command =
      app.add_subcommand("export", "Write out an individual of a history, a genome file, or pairs to tune LLMs");
  export_command->add_option("source", exported.source, "History of a run, or genome file (.yaml)")->required();
  export_command->add_option("--kernel", exported.kernel, "Of a genome file; by default the one of 128x128x128");
  export_command->add_option("--accelerator", exported.accelerator, "Of a genome file; by default gemmini-16x16");
  auto* best_flag = export_command->add_flag("--best", best, "The best proven one of the history (the default)");
  export_command->add_option("--id", exported.id, "The one with that id")->excludes(best_flag);
  export_command
      ->add_option("--format", exported.format,
                   "C, a Python file of plain Exo calls, or a genome; sft: prompts and edits of all proposals")
      ->check(CLI::IsMember({"c", "exo", "genome", "sft"}))
      ->required();
  export_command->add_option("-o,--output", exported.output, "File to write; standard output by default");

  cli::ReportOptions report;
  auto* report_command = app.add_subcommand("report", "Tables and figures of histories, as HTML and PDF");
  report_command->add_option("histories", report.histories, "Histories of runs")->required();
  report_command->add_option("-o,--output", report.output, "Folder to make")->required();

  std::filesystem::path first;
  std::filesystem::path second;
  auto* compare_command = app.add_subcommand("compare", "Whether two histories are of the same search");
  compare_command->add_option("first", first, "History")->required();
  compare_command->add_option("second", second, "History")->required();

  auto* primitives = app.add_subcommand("primitives", "The alphabet: every gene and its arguments");

  cli::SampleOptions sample;
  auto* mutants_command = app.add_subcommand("mutants", "Evaluate random mutants of a genome; a line of JSON each");
  auto* draws_command = app.add_subcommand("draws", "Random genes of every kind that fit the schedule of a genome");
  mutants_command->add_flag("!--no-repair", sample.repair, "Keep genes that are refused");
  for (auto* command : {mutants_command, draws_command}) {
    command->add_option("genome", sample.of.genome, "Genome file")->required();
    command->add_option("--kernel", sample.of.kernel, "Kernel file; by default the one of 128x128x128");
    command->add_option("--accelerator", sample.of.accelerator, "Accelerator file; by default gemmini-16x16");
    command->add_option("--count", sample.count, "How many, of a kind")->capture_default_str();
    command->add_option("--seed", sample.seed, "Other seeds give others")->capture_default_str();
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return fail(team, bad_input, fmt::format("{}; see exogene --help", error.what()));
  }
  if (team.rank != 0 && !run_command->parsed() && !resume_command->parsed()) return 0;  // work for one

  try {
    if (doctor->parsed()) return cli::doctor();
    if (run_command->parsed()) return cli::run(run, team);
    if (resume_command->parsed()) return cli::resume(resume, team);
    if (evaluate_command->parsed()) return cli::evaluate(evaluate);
    if (prove_command->parsed()) return cli::prove(evaluate);
    if (minimise_command->parsed()) return cli::minimise(evaluate, minimal);
    if (trace_command->parsed()) return cli::trace(evaluate, timeline);
    if (show_command->parsed()) return cli::show(shown, what);
    if (export_command->parsed()) {
      if (exported.format != "sft") return cli::export_schedule(exported);
      if (best || exported.id) throw InputError("--format sft: takes neither --best nor --id; it is of all proposals");
      return cli::export_tuning(exported);
    }
    if (report_command->parsed()) return cli::report(report);
    if (compare_command->parsed()) return cli::compare(first, second);
    if (primitives->parsed()) return cli::primitives();
    if (mutants_command->parsed()) return cli::mutants(sample);
    if (draws_command->parsed()) return cli::draws(sample);
  } catch (const InputError& error) {
    return fail(team, bad_input, error.what());
  } catch (const EnvironmentError& error) {
    return fail(team, failed, error.what());
  } catch (const HistoryError& error) {
    return fail(team, failed, error.what());
  } catch (const std::exception& error) {
    return fail(team, failed, fmt::format("a defect of the program: {}", error.what()));
  }
  return 0;
}

}  // namespace exogene::cli

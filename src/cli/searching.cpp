#include "cli/searching.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <atomic>
#include <csignal>

#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/summary.hpp"
#include "eval/timer.hpp"
#include "search/algorithm.hpp"
#include "search/budget.hpp"
#include "search/proof.hpp"

namespace exogene::cli {
namespace {

volatile std::sig_atomic_t stop_signals = 0;

void request_stop(int signal) {
  stop_signals = stop_signals + 1;
  if (stop_signals > 1) std::signal(signal, SIG_DFL);  // a third time ends the program at once
}

void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, request_stop);
}

}  // namespace

Lanes::Lanes(const std::vector<Task>& tasks) : caches(tasks.size()) {
  const auto count = static_cast<std::size_t>(omp_get_max_threads());
  for (std::size_t i = 0; i < count; ++i) lanes.push_back(std::make_unique<CaseLane>(tasks, caches));
  std::vector<std::map<std::string, std::string>> found(count);
  in_lanes(count, count, [&](std::size_t, std::size_t index) { found[index] = lanes[index]->versions(); });
  versions = found[0];
}

bool is_stopping() {
  return stop_signals != 0;
}

Task task_of(const Experiment& experiment) {
  return {find_tools(), experiment.kernel, experiment.accelerator, experiment.checks, experiment.limits};
}

std::vector<Task> tasks_of(const Experiment& experiment) {
  std::vector<Task> result;
  for (const auto& [kernel, accelerator] : cases(experiment))
    result.push_back({find_tools(), kernel, accelerator, experiment.checks, experiment.limits});
  return result;
}

std::filesystem::path journal_path(const std::filesystem::path& history) {
  return history.string() + ".journal";
}

int search_on(const Experiment& experiment, const Alphabet& alphabet, const std::filesystem::path& path,
              HistoryWriter writer, Lineage lineage, Lanes& lanes, const Journaled& finished, Questions& questions) {
  Journal journal(journal_path(path));
  Progress progress(experiment, lineage);
  stop_on_signals();
  Workbench workbench;
  workbench.lanes = lanes.lanes.size();
  workbench.stopped = is_stopping;
  workbench.text = [&](std::size_t lane, std::span<const Gene> genes) { return lanes.lanes[lane]->text(genes); };
  workbench.ask = [&](const QuestionKey& key, std::size_t model, const Prompt& prompt) {
    return questions.ask(key, model, prompt, journal);
  };
  workbench.sites = [&](std::size_t lane, std::span<const Gene> genes) { return lanes.lanes[lane]->sites(genes); };
  workbench.refused = [&](std::size_t lane, std::span<const Gene> genes) { return lanes.lanes[lane]->refused(genes); };
  workbench.features = [&](std::size_t lane, std::span<const Gene> genes) {
    return lanes.lanes[lane]->features(genes);
  };
  workbench.evaluate = [&](std::size_t lane, const Genome& genome) {
    const auto key = hash(genome);
    if (const auto known = finished.evaluations.find(key); known != finished.evaluations.end()) {
      progress.evaluated(known->second);
      return known->second;
    }
    auto evaluation = lanes.lanes[lane]->evaluate(genome.genes);
    journal.append(key, evaluation);
    progress.evaluated(evaluation);
    return evaluation;
  };

  // Wall clock, which may decide only where no proof is required: what is spent, and what is allowed so far.
  std::atomic<double> proof_seconds = 0;
  double allowed_seconds = 0;
  workbench.prove = [&](std::size_t lane, const Individual& individual) {
    if (const auto known = finished.proofs.find(individual.hash); known != finished.proofs.end()) return known->second;
    if (!experiment.require_proof && proof_seconds >= allowed_seconds) return Proof{};
    double seconds = 0;
    Proof proof;
    {
      const Timer timer(seconds);
      const auto& genes = individual.genome.genes;
      proof = proof_of(lanes.lanes[lane]->prove(genes), genes, individual.evaluation.c_hash);
    }
    proof_seconds += seconds;
    journal.append(individual.hash, proof);
    return proof;
  };

  bool stopped = false;
  while (!reason_to_end(lineage, experiment)) {
    double seconds = 0;
    std::optional<Generation> generation;
    {
      const Timer timer(seconds);
      generation = next_generation(lineage, experiment, alphabet, workbench);
      allowed_seconds += experiment.proof_seconds;
      if (generation && !prove_elites(*generation, lineage, experiment, workbench)) generation.reset();
    }
    if (!generation) {
      stopped = true;
      break;
    }
    generation->seconds = seconds;
    writer.append(*generation);
    journal.clear();
    lineage.add(*generation);
    progress.finished(generation->number, lineage);
  }
  progress.close();

  const auto file = typed(path);
  if (stopped) {
    fmt::print("Stopped: {} complete generations are in {}. To go on: {} resume {}\n", lineage.generations(), file,
               program(), file);
    return 0;
  }
  std::error_code ignored;
  std::filesystem::remove(journal_path(path), ignored);
  if (const auto reason = reason_to_end(lineage, experiment); experiment.budget != Budget{} && reason)
    fmt::print("\nThe search ends: {}.", *reason);
  fmt::print("\nDone: {} evaluations in {} ({:.1f}/s). History: {}\n\n", grouped(progress.evaluations()),
             clock_time(progress.seconds()),
             static_cast<double>(progress.evaluations()) / std::max(progress.seconds(), 1e-3), file);
  print_summary(experiment, lineage);
  const auto exogene = program();
  fmt::print("\nWhat next:\n");
  for (const auto& [arguments, purpose] : {std::pair{" --best --format c", "its C, as the simulator ran it"},
                                           {" --best --format exo", "its schedule in plain Exo calls"},
                                           {" --best --format genome", "its genome, to edit and to evaluate"}})
    fmt::print("  {} export {}{}\n      {}\n", exogene, file, arguments, purpose);
  if (experiment.llm) fmt::print("  {} show {} proposals\n      what became of the LLMs' proposals\n", exogene, file);
  fmt::print("  {} resume {} --generations 20\n      go on searching\n", exogene, file);
  return 0;
}

}  // namespace exogene::cli

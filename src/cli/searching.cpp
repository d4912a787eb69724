#include "cli/searching.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iterator>
#include <utility>

#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/summary.hpp"
#include "eval/timer.hpp"
#include "history/json.hpp"
#include "search/algorithm.hpp"
#include "search/budget.hpp"
#include "search/proof.hpp"

namespace exogene::cli {

namespace fs = std::filesystem;

namespace {

volatile std::sig_atomic_t stop_signals = 0;

void request_stop(int signal) {
  stop_signals = stop_signals + 1;
  if (stop_signals > 1) std::signal(signal, SIG_DFL);  // a third time ends the program at once
}

void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) std::signal(signal, request_stop);
}

}  // namespace

Lanes::Lanes(const std::vector<Task>& tasks) : caches(tasks.size()) {
  const auto count = static_cast<std::size_t>(omp_get_max_threads());
  for (std::size_t i = 0; i < count; ++i) lanes.push_back(std::make_unique<CaseLane>(tasks, caches));
  std::vector<std::map<std::string, std::string>> found(count);
  in_lanes(count, count, [&](std::size_t, std::size_t index) { found[index] = lanes[index]->versions(); });
  versions = found[0];
}

void Lanes::keep(const Evaluation& evaluation) {
  if (caches.size() > 1) return;  // what several cases gave is no result of the first one's C
  if (evaluation.status != Status::not_proven) caches[0].keep(evaluation);
}

std::string lanes_text(const Lanes& lanes, const Team& team) {
  const auto here = fmt::format("{} lanes", lanes.lanes.size());
  return team.size == 1 ? here : fmt::format("{} ranks, {} on the first", team.size, here);
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

fs::path journal_path(const fs::path& history, std::size_t rank) {
  return history.string() + (rank == 0 ? ".journal" : fmt::format(".journal.{}", rank));
}

std::vector<fs::path> journals_of(const fs::path& history) {
  const auto first = journal_path(history, 0).filename().string();
  const auto folder = history.parent_path();
  std::vector<fs::path> result;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, ignored)) {
    const auto name = entry.path().filename().string();
    const bool of_another =
        name.starts_with(first + ".") && name.find_first_not_of("0123456789", first.size() + 1) == std::string::npos;
    if (name == first || of_another) result.push_back(folder / name);
  }
  std::ranges::sort(result);
  return result;
}

void remove_journals(const fs::path& history) {
  std::error_code ignored;
  for (const auto& journal : journals_of(history)) fs::remove(journal, ignored);
}

int search_on(const Experiment& experiment, const Alphabet& alphabet, const fs::path& path,
              std::optional<HistoryWriter> writer, Lineage lineage, Lanes& lanes, const Journaled& finished,
              Questions& questions, const Team& team) {
  Journal journal(journal_path(path, team.rank));
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
      progress.evaluated(key, known->second);
      return known->second;
    }
    auto evaluation = lanes.lanes[lane]->evaluate(genome.genes);
    journal.append(key, evaluation);
    progress.evaluated(key, evaluation);
    return evaluation;
  };

  workbench.processes = team.size;
  workbench.process = team.rank;
  if (team.size > 1)
    workbench.gather = [&](const Finished& ours) -> Finished {
      const auto texts = team.all(ours ? to_bytes(*ours) : std::string());
      std::vector<Individual> gathered;
      for (const auto& text : texts) {
        if (text.empty()) return std::nullopt;
        std::ranges::move(from_bytes(text, alphabet), std::back_inserter(gathered));
      }
      return gathered;
    };

  // Wall clock, which may decide only where no proof is required: what is spent, and what is allowed so far.
  std::atomic<double> proof_seconds = 0;
  double allowed_seconds = 0;  // of this process
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

  // By a run of more processes: what they hold is known here, and soon in the history.
  std::vector<fs::path> left_behind;
  if (team.rank == 0) left_behind = journals_of(path);
  for (std::size_t rank = 0; rank < team.size; ++rank) std::erase(left_behind, journal_path(path, rank));
  bool stopped = false;
  while (!reason_to_end(lineage, experiment)) {
    double seconds = 0;
    std::optional<Generation> generation;
    {
      const Timer timer(seconds);
      generation = next_generation(lineage, experiment, alphabet, workbench);
      allowed_seconds += experiment.proof_seconds / static_cast<double>(team.size);
      if (generation && !prove_elites(*generation, lineage, experiment, workbench)) generation.reset();
    }
    if (!generation) {
      stopped = true;
      break;
    }
    generation->seconds = seconds;
    if (writer) writer->append(*generation);
    // The first one's clock is the clock of all; and nobody forgets anything before it is in the history.
    generation->seconds = std::stod(of_first(team, [&] { return fmt::to_string(seconds); }));
    journal.clear();
    for (const auto& left : std::exchange(left_behind, {})) fs::remove(left);
    for (const auto& individual : generation->born) {
      if (lineage.find(individual.hash) >= 0) continue;
      progress.evaluated(individual.hash, individual.evaluation);  // by whichever process
      lanes.keep(individual.evaluation);
    }
    lineage.add(*generation);
    progress.asked(*generation);
    progress.finished(generation->number, lineage);
  }
  progress.close();

  const auto file = typed(path);
  if (stopped) {
    fmt::print("Stopped: {} complete generations are in {}. To go on: {} resume {}\n", lineage.generations(), file,
               program(), file);
    return 0;
  }
  if (writer) remove_journals(path);
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

#include "cli/progress.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/print.hpp"
#include "search/budget.hpp"
#include "search/fitness.hpp"

namespace exogene::cli {
namespace {

constexpr std::chrono::milliseconds redraw_interval{100};

std::string describe_best(const Individual& best, const Experiment& experiment) {
  if (best.evaluation.status != Status::ok) return "none right yet";
  std::vector<std::string> parts;
  for (const auto& name : experiment.objectives) {
    const auto metric = objectives({name})[0];
    parts.push_back(fmt::format("{} {}", name, shown(metric, best.evaluation.metrics[metric])));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string spent(const Lineage& lineage, const Experiment& experiment) {
  const auto& budget = experiment.budget;
  std::string text;
  if (budget.evaluations)
    text += fmt::format(" | budget {}/{} evaluations", grouped(lineage.genomes()), grouped(*budget.evaluations));
  if (budget.seconds)
    text += fmt::format(" | budget {}/{}", clock_time(lineage.seconds()), clock_time(*budget.seconds));
  if (budget.instructions)
    text += fmt::format(" | budget {}/{} instructions", grouped(simulated_instructions(lineage, experiment)),
                        grouped(*budget.instructions));
  return text;
}

std::size_t columns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(const Experiment& experiment, const Lineage& lineage)
    : experiment_(experiment),
      terminal_(isatty(STDOUT_FILENO) == 1),
      first_share_(share_done(lineage, experiment)),
      share_(first_share_),
      generation_(lineage.generations()),
      budget_(spent(lineage, experiment)),
      by_status_(status_names().size()) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string Progress::line(std::uint32_t generation) const {
  const auto& generations = experiment_.search.generations;
  std::vector<std::string> statuses;
  for (std::size_t i = 0; i < by_status_.size(); ++i)
    if (by_status_[i] != 0) statuses.push_back(fmt::format("{} {}", status_names()[i], by_status_[i]));
  // Duplicates cost next to nothing, so time goes by what is used up of the nearest limit, not by evaluations here.
  const auto done = share_ - first_share_;
  const auto eta = done == 0 ? std::string("?") : clock_time(seconds() / done * (1 - share_));
  const auto shown =
      generations ? fmt::format("{}/{}", std::min(generation, *generations), *generations) : fmt::to_string(generation);
  return fmt::format("generation {} | {} evaluations, {:.1f}/s{} | best {} | {} | {} left", shown,
                     grouped(evaluations_), static_cast<double>(evaluations_) / std::max(seconds(), 1e-3), budget_,
                     best_, fmt::join(statuses, ", "), eta);
}

void Progress::redraw() {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - drawn_ < redraw_interval) return;
  drawn_ = now;
  fmt::print("\r\x1b[K{}", line(generation_).substr(0, columns() - 1));
  std::fflush(stdout);
}

void Progress::evaluated(const Hash& genome, const Evaluation& evaluation) {
  const std::lock_guard lock(mutex_);
  if (!evaluated_.insert(genome).second) return;
  ++evaluations_;
  ++by_status_[static_cast<std::size_t>(evaluation.status)];
  redraw();
}

void Progress::finished(std::uint32_t generation, const Lineage& lineage) {
  const std::lock_guard lock(mutex_);
  const auto described = describe_best(lineage[lineage.population().front()], experiment_);
  const bool better = described != best_;
  best_ = described;
  evaluated_.clear();
  generation_ = generation + 1;
  share_ = share_done(lineage, experiment_);
  budget_ = spent(lineage, experiment_);
  if (terminal_ && better) fmt::print("\r\x1b[Kgeneration {}: best {}\n", generation, best_);
  if (!terminal_) {
    fmt::print("{}\n", line(generation));
    std::fflush(stdout);
  }
  redraw();
}

void Progress::asked(const Generation& generation) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, parent, child, exchange] : generation.proposals) {
    if (is_charged(exchange.outcome)) continue;
    if (!told_.emplace(exchange.model, exchange.outcome, exchange.calls > 0).second) continue;
    fmt::print("{}generation {}: model {}: {}\n", terminal_ ? "\r\x1b[K" : "", generation.number, exchange.model,
               exchange.reason);
  }
}

void Progress::close() {
  if (terminal_) fmt::print("\r\x1b[K");
  std::fflush(stdout);
}

}  // namespace exogene::cli

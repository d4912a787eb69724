#include "search/llm_mutation.hpp"

#include <algorithm>
#include <set>

#include "llm/edits.hpp"
#include "llm/prompt.hpp"
#include "llm/reply.hpp"

namespace exogene {
namespace {

constexpr std::size_t most_good = 3;
constexpr std::size_t most_bad = 3;
constexpr std::size_t most_examples = 3;

std::size_t draw_model(const Llm& llm, Random& random) {
  double sum = 0;
  for (const auto& model : llm.models) sum += model.weight;
  double passed = 0;
  for (std::size_t i = 0; i + 1 < llm.models.size(); ++i) {
    const auto left = sum - passed;
    if (random.chance(llm.models[i].weight / left)) return i;
    passed += llm.models[i].weight;
  }
  return llm.models.size() - 1;
}

/// A step of the lineage from one parent, with what it gained.
struct Step {
  std::int64_t child;
  double gain;
};

Trial trial_of(const Lineage& lineage, std::int64_t child) {
  const auto& after = lineage[child];
  const auto& before = lineage[after.parents[0]];
  return {before.genome, before.evaluation, after.genome, after.evaluation};
}

/// Whether the child was made of that genome alone.
bool is_of(const Individual& child, const Hash& genome, const Lineage& lineage) {
  return child.parents[0] >= 0 && child.parents[1] < 0 && lineage[child.parents[0]].hash == genome;
}

/// The best and the last failed that were made of the parent's genome, each once.
std::vector<Trial> tried(const Individual& parent, const Lineage& lineage, std::size_t objective) {
  std::vector<Step> good;
  std::vector<std::int64_t> bad;
  std::set<Hash> seen;
  for (std::int64_t id = lineage.size() - 1; id >= 0; --id) {
    const auto& child = lineage[id];
    if (!is_of(child, parent.hash, lineage) || child.hash == parent.hash || !seen.insert(child.hash).second) continue;
    if (edits_between(parent.genome, child.genome).size() > most_edits) continue;
    if (const auto gained = gain(parent.evaluation, child.evaluation, objective))
      good.push_back({id, *gained});
    else if (child.evaluation.status != Status::ok && bad.size() < most_bad)
      bad.push_back(id);
  }
  std::ranges::stable_sort(good, std::ranges::greater{}, &Step::gain);
  std::vector<Trial> result;
  for (std::size_t i = 0; i < std::min(good.size(), most_good); ++i) result.push_back(trial_of(lineage, good[i].child));
  for (const auto id : bad) result.push_back(trial_of(lineage, id));
  return result;
}

/// The steps of the lineage that gained most, other than those of the parent.
std::vector<Trial> examples(const Individual& parent, const Lineage& lineage) {
  std::vector<Step> steps;
  for (std::int64_t id = 0; id < lineage.size(); ++id) {
    const auto& child = lineage[id];
    if (child.parents[0] < 0 || child.parents[1] >= 0 || is_of(child, parent.hash, lineage)) continue;
    if (lineage[child.parents[0]].evaluation.status != Status::ok) continue;
    if (child.gain > 0) steps.push_back({id, child.gain});
  }
  std::ranges::stable_sort(steps, std::ranges::greater{}, &Step::gain);
  std::vector<Trial> result;
  std::set<std::string> seen;
  for (const auto& step : steps) {
    if (result.size() == most_examples) break;
    const auto trial = trial_of(lineage, step.child);
    const auto edits = edits_between(trial.before, trial.after);
    if (edits.size() <= most_edits && seen.insert(to_json(edits)).second) result.push_back(trial);
  }
  return result;
}

}  // namespace

std::optional<LlmMutant> llm_mutant(const Individual& parent, const QuestionKey& key, const Lineage& lineage,
                                    const Experiment& experiment, const Alphabet& alphabet, const Workbench& workbench,
                                    std::size_t lane, Random& random) {
  const auto model = draw_model(*experiment.llm, random);
  if (workbench.stopped()) return std::nullopt;
  const auto kernel = workbench.text(lane, {});
  const auto schedule = workbench.text(lane, parent.genome.genes);
  const auto sites = workbench.sites(lane, parent.genome.genes);
  if (!kernel || !schedule || !sites) return std::nullopt;
  const auto objective = objectives(experiment.objectives).front();
  const Situation situation{*kernel,
                            *schedule,
                            parent.genome,
                            parent.evaluation,
                            *sites,
                            experiment,
                            tried(parent, lineage, objective),
                            examples(parent, lineage)};
  LlmMutant mutant;
  mutant.proposal = {key, parent.id, -1,
                     workbench.ask(key, model, make_prompt(situation, alphabet, experiment.llm->constrained))};
  auto& exchange = mutant.proposal.exchange;
  if (exchange.outcome != Outcome::accepted) return mutant;
  auto reading = read_reply(exchange.reply, parent.genome, alphabet);
  exchange.outcome = reading.outcome;
  exchange.reason = reading.reason;
  mutant.genome = std::move(reading.genome);
  return mutant;
}

void link(std::vector<Proposal>& proposals, const std::vector<Individual>& born) {
  for (auto& proposal : proposals) {
    auto& exchange = proposal.exchange;
    if (exchange.outcome != Outcome::accepted) continue;
    const auto child = std::ranges::find_if(born, [&](const Individual& individual) {
      return individual.operation == "llm" && individual.slot == proposal.key.slot &&
             individual.retries == proposal.key.attempt;
    });
    if (child != born.end()) {
      proposal.child = child->id;
    } else {
      exchange.outcome = Outcome::duplicate;
      exchange.reason = "its genome was known";
    }
  }
}

}  // namespace exogene

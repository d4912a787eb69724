#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/recorded.hpp"
#include "cli/write_file.hpp"
#include "eval/tools.hpp"
#include "llm/edits.hpp"
#include "llm/prompt.hpp"
#include "llm/reply.hpp"

namespace exogene::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Proposal& proposal, const Lineage& lineage, std::size_t objective, const Alphabet& alphabet) {
  const auto& parent = lineage[proposal.parent];
  const auto& child = lineage[proposal.child];
  const auto edits = read_reply(proposal.exchange.reply, parent.genome, alphabet).edits;
  auto messages = Json::parse(proposal.exchange.prompt, nullptr, false);
  if (!messages.is_array())
    throw HistoryError(
        fmt::format("the prompt of individual {} is no list of messages; the history is damaged", proposal.child));
  messages.push_back({{"role", "assistant"}, {"content", to_json(edits)}});
  const auto gained = gain(parent.evaluation, child.evaluation, objective);
  return Json{{"messages", messages},
              {"gain", gained ? Json(*gained) : Json()},
              {"status", to_string(child.evaluation.status)},
              {"model", proposal.exchange.model},
              {"parent", proposal.parent},
              {"child", proposal.child}}
             .dump() +
         '\n';
}

}  // namespace

int export_tuning(const ExportOptions& options) {
  const auto alphabet = Alphabet::load(alphabet_path(find_tools()));
  if (!options.kernel.empty() || !options.accelerator.empty())
    throw InputError(options.source.string() +
                     ": --format sft is of a history, which has its own kernel and accelerator");
  const auto recorded = read_recorded(options.source, alphabet);
  const auto objective = objectives(recorded.experiment.objectives).front();
  std::string lines;
  for (const auto& proposal : recorded.history.proposals)
    if (proposal.child >= 0) lines += line_of(proposal, recorded.lineage, objective, alphabet);
  write_file(lines, options.output);
  return 0;
}

}  // namespace exogene::cli

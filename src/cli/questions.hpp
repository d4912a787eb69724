#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "genome/alphabet.hpp"
#include "history/journal.hpp"
#include "llm/client.hpp"
#include "llm/proposal.hpp"

namespace exogene::cli {

/// Answers what a search asks its LLMs: with recorded replies where there are any for the same prompt, else by asking,
/// unless the run is a replay.
class Questions {
 public:
  /// Nothing is asked when the experiment has no LLMs, or when `replay` names a history. InputError when it has none
  /// but there is a `replay`, EnvironmentError when a key is missing.
  Questions(const Experiment& experiment, const std::filesystem::path& replay, const Alphabet& alphabet);

  /// Goes on with what a run has used and recorded before.
  void resume(const std::vector<Proposal>& committed, const std::map<QuestionKey, Exchange>& journal);

  /// New exchanges are in the journal when this returns. For any thread.
  Exchange ask(const QuestionKey& key, std::size_t model, const Prompt& prompt, Journal& journal);

 private:
  std::vector<std::string> models_;  ///< their names
  std::map<QuestionKey, Exchange> recorded_;
  std::unique_ptr<Client> client_;  ///< null in a replay
};

}  // namespace exogene::cli

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/recorded.hpp"
#include "eval/tools.hpp"
#include "genome/yaml.hpp"
#include "history/error.hpp"

namespace exogene::cli {
namespace {

constexpr Seconds deadline(3600);  // a backstop

// The Python side trusts that a file is a history: h5py has no bound on how long it reads a damaged one again.
void check(const std::vector<std::filesystem::path>& histories, const Tools& tools) {
  const auto alphabet = Alphabet::load(alphabet_path(tools));
  try {
    for (const auto& path : histories) read_recorded(path, alphabet);
  } catch (const HistoryError& error) {
    throw InputError(error.what());
  }
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

int report(const ReportOptions& options) {
  const auto tools = find_tools();
  if (!std::filesystem::exists(tools.python))
    throw EnvironmentError(tools.python.string() + ": missing; run scripts/setup");
  check(options.histories, tools);
  // -P: nothing in the user's folder is taken for a module.
  Command command{{tools.python.string(), "-P", "-m", "analysis.report", "--output=" + options.output.string(), "--"},
                  {{"PYTHONPATH", (tools.root / "scripts").string()}, {"PYTHONHASHSEED", "0"}}};
  for (const auto& path : options.histories) command.arguments.push_back(path.string());
  const auto done = run(command, {}, deadline);
  if (!done.in_time) throw EnvironmentError(fmt::format("the report took more than {} s", deadline.count()));
  if (done.exit_code == 2) throw InputError(last_line(done.output));
  if (done.exit_code != 0) throw EnvironmentError("no report could be made: " + last_line(done.output));
  fmt::print("{}\n{}\n", typed(options.output / "index.html"), typed(options.output / "report.pdf"));
  return 0;
}

}  // namespace exogene::cli

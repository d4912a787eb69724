#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/single.hpp"
#include "cli/write_file.hpp"

namespace exogene::cli {
namespace {

using Json = nlohmann::json;

// Spans of one kind; those that overlap go to rows of their own, as viewers want it.
class Track {
 public:
  Track(std::string name, int first_thread) : name_(std::move(name)), first_thread_(first_thread) {}

  void add(Json& events, const std::string& what, std::uint64_t start, std::uint64_t end, Json arguments = {}) {
    std::size_t row = 0;
    while (row < free_.size() && free_[row] > start) ++row;
    if (row == free_.size()) {
      free_.push_back(0);
      events.push_back({{"name", "thread_name"},
                        {"ph", "M"},
                        {"pid", 1},
                        {"tid", thread(row)},
                        {"args", {{"name", row == 0 ? name_ : fmt::format("{} {}", name_, row + 1)}}}});
    }
    free_[row] = end;
    Json event{{"name", what}, {"ph", "X"}, {"pid", 1}, {"tid", thread(row)}, {"ts", start}, {"dur", end - start}};
    if (!arguments.is_null()) event["args"] = std::move(arguments);
    events.push_back(std::move(event));
  }

 private:
  int thread(std::size_t row) const { return first_thread_ + static_cast<int>(row); }

  std::string name_;
  int first_thread_;
  std::vector<std::uint64_t> free_;
};

// The timeline in the Trace Event Format, a cycle as a microsecond.
Json to_events(const std::string& timeline) {
  Json events = Json::array();
  std::map<std::string, Track> queues;
  std::map<std::string, Track> units;
  int thread = 100;
  for (const auto& [queue, unit] : {std::pair{"load", "DMA load"}, {"execute", "execute"}, {"store", "store"}}) {
    queues.emplace(queue, Track(fmt::format("{} queue", queue), thread));
    units.emplace(queue, Track(unit, thread + 100));
    thread += 200;
  }
  Track array("array", 1);
  std::istringstream lines(timeline);
  for (std::string what; lines >> what;) {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    if (what == "pass") {
      lines >> start >> end;
      array.add(events, "pass", start, end);
      continue;
    }
    std::string name;
    std::string queue;
    std::array<std::uint64_t, 4> times{};
    lines >> name >> queue;
    for (auto& time : times) lines >> time;
    const auto& [arrive, alloc, issue, complete] = times;
    queues.at(queue).add(events, name, alloc, issue, {{"arrive", arrive}});
    units.at(queue).add(events, name, issue, complete);
  }
  return events;
}

}  // namespace

int trace(const EvaluateOptions& options, const std::filesystem::path& output) {
  const auto [alphabet, task, genome] = read_single(options);
  ResultCache cache;
  Lane lane(task, cache);
  Evaluation evaluation;
  const auto timeline = lane.trace(genome.genes, evaluation);
  if (evaluation.status != Status::ok) {
    fmt::print("{}: {}: {}\n", options.genome.string(), to_string(evaluation.status), evaluation.reason);
    return 1;
  }
  const Json document{{"traceEvents", to_events(timeline)},
                      {"displayTimeUnit", "ms"},
                      {"otherData", {{"unit", "1 us is 1 cycle"}, {"kernel", task.kernel.name}}}};
  write_file(document.dump(), output);
  fmt::print("Open it in https://ui.perfetto.dev or chrome://tracing; 1 us is 1 cycle.\n");
  return 0;
}

}  // namespace exogene::cli

#include <fmt/format.h>

#include "eval/stages.hpp"
#include "eval/timer.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

// A run on other data has first to make its right result: of a user's own kernel by running the naive one.
constexpr double seconds_to_open = 180;

std::optional<Status> status_of(const Json& reply) {
  const auto name = reply.value("status", "");
  for (const auto status :
       {Status::ok, Status::invalid_on_hardware, Status::wrong_result, Status::timeout, Status::crashed})
    if (to_string(status) == name) return status;
  return std::nullopt;
}

}  // namespace

Json simulator_request(const Task& task, const Json& kernel) {
  const auto& accelerator = task.accelerator;
  auto timing = Json::object();
  for (const auto& parameter : gemmini::timing_parameters) timing[parameter.name] = accelerator.timing.*parameter.value;
  return {{"op", "open"},
          {"accelerator",
           {{"dim", accelerator.dim},
            {"scratchpad_rows", scratchpad_rows(accelerator)},
            {"scratchpad_banks", accelerator.scratchpad_banks},
            {"accumulator_rows", accumulator_rows(accelerator)},
            {"accumulator_banks", accelerator.accumulator_banks},
            {"dma_max_bytes", accelerator.dma_request_bytes},
            {"dma_bus_bytes", accelerator.dma_bus_bytes},
            {"rounding", accelerator.rounding},
            {"timing", timing}}},
          {"kernel", kernel},
          {"data_seed", search_data},
          {"limits", {{"instructions", task.limits.instructions}, {"seconds", task.limits.seconds}}}};
}

SimulateStage::SimulateStage(const Task& task, const std::filesystem::path& folder, const Json& kernel)
    : server_({{task.tools.gemmini_sim.string()}}, simulator_request(task, kernel), folder / "gemmini-sim.log"),
      limit_seconds_(task.limits.seconds) {}

void SimulateStage::simulate(const std::filesystem::path& elf, Evaluation& evaluation,
                             const std::filesystem::path& trace, std::uint64_t data_seed) {
  const Timer timer(evaluation.seconds.simulate);
  try {
    const auto reply = server_.ask(
        {{"op", "run"}, {"elf", elf.string()}, {"cycles", true}, {"trace", trace.string()}, {"data_seed", data_seed}},
        Seconds(limit_seconds_ + seconds_to_open));
    const auto status = status_of(reply);
    if (!status) throw ProcessFailed(reply.value("error", "it gave no status"));
    evaluation.status = *status;
    evaluation.reason = reply.value("reason", "");
    evaluation.reproducible = reply.value("reproducible", true);
    evaluation.metrics.clear();
    if (status == Status::ok)
      for (const auto& name : metric_names())
        evaluation.metrics.push_back(reply.at("metrics").at(name).get<std::uint64_t>());
  } catch (const ProcessFailed& failure) {
    evaluation.status = Status::crashed;
    evaluation.reason = fmt::format("gemmini-sim: {}", failure.what());
    evaluation.reproducible = false;
  }
}

std::vector<std::pair<std::string, std::string>> SimulateStage::versions() {
  const auto reply = server_.ask({{"op", "version"}}, Seconds(60));
  return {{"gemmini_model", reply.at("model_version")}, {"spike", reply.at("spike")}};
}

}  // namespace exogene

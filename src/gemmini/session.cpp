#include "gemmini/session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <variant>

#include "gemmini/forked.hpp"
#include "gemmini/metrics.hpp"

namespace exogene::gemmini {
namespace {

nlohmann::ordered_json reply(const char* status, const std::string& reason) {
  return {{"status", status}, {"reason", reason}, {"metrics", nlohmann::ordered_json::object()}};
}

}  // namespace

Session::Session(const Setup& setup)
    : limits_(setup.limits),
      accelerator_dim_(setup.accelerator.dim),
      problem_(setup.kernel, setup.data_seed, setup.accelerator.rounding),
      memory_(std::make_unique<GuestMemory>(problem_.memory_bytes())),
      machine_(std::make_unique<Machine>(setup.accelerator, *memory_, problem_)) {
  if (const auto* own = std::get_if<Own>(&setup.kernel)) run_reference(setup, own->reference);
  problem_.place(*memory_);
}

void Session::run_reference(const Setup& setup, const std::string& elf) {
  // The second time the output array starts from the contrary of the first result: what the reference does not set, or
  // makes of what was there, differs.
  for (const bool first : {true, false}) {
    GuestMemory memory(problem_.memory_bytes());
    problem_.place(memory);
    const KernelRun run = Machine(setup.accelerator, memory, problem_).run(elf, setup.limits.instructions);
    if (run.end != End::returned) throw BadReference(fmt::format("the naive kernel: {}", run.reason));
    if (first) problem_.take_output(memory);
    if (const auto mistake = problem_.mistake(memory)) {
      throw BadReference(fmt::format(
          "the naive kernel depends on what its output held before, or does not set all of it: {}", *mistake));
    }
  }
}

nlohmann::ordered_json Session::run(const std::string& elf, const Timing& timing) const {
  const auto start = std::chrono::steady_clock::now();
  const Forked child =
      run_forked([&] { return run_here(elf, timing).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); },
                 limits_.seconds);
  nlohmann::ordered_json result;
  if (child.end == Forked::End::out_of_time) {
    result = reply("timeout", fmt::format("wall-clock limit of {} s", limits_.seconds));
    result["reproducible"] = false;
  } else if (child.end == Forked::End::died) {
    result = reply("crashed", child.text);
  } else {
    result = nlohmann::ordered_json::parse(child.text);
  }
  result["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

nlohmann::ordered_json Session::run_here(const std::string& elf, const Timing& timing) const {
  const KernelRun run = machine_->run(elf, limits_.instructions, timing);
  switch (run.end) {
    case End::invalid:
      return reply("invalid_on_hardware", run.reason);
    case End::out_of_instructions:
      return reply("timeout", run.reason);
    case End::crashed:
      return reply("crashed", run.reason);
    case End::returned:
      break;
  }
  const auto mistake = problem_.mistake(*memory_);
  nlohmann::ordered_json result = reply(mistake ? "wrong_result" : "ok", mistake.value_or(""));
  result["metrics"] = metrics(run, accelerator_dim_);
  if (!run.cycles.empty()) result["cycles"] = run.cycles;
  return result;
}

}  // namespace exogene::gemmini

#include <fmt/format.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "eval/stages.hpp"
#include "eval/timer.hpp"

namespace exogene {
namespace {

constexpr ProcessLimits limits{.cpu_seconds = 60, .memory_bytes = 4ULL << 30, .file_bytes = 64ULL << 20};
constexpr Seconds deadline{180};

// The first line that says what is wrong; gcc's other lines say where it was included from.
std::string diagnosis(const std::string& output) {
  std::istringstream lines(output);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    if (first.empty()) first = line;
    if (line.find("error") != std::string::npos) return line;
  }
  return first.empty() ? "gcc failed and said nothing" : first;
}

bool killed(const CommandResult& result) {
  return result.exit_code > 128 || result.output.find("terminated signal") != std::string::npos;
}

}  // namespace

CompileStage::CompileStage(const Task& task, std::filesystem::path folder) : folder_(std::move(folder)) {
  const auto runtime = task.tools.root / "src/gemmini/runtime";
  auto& arguments = command_.arguments;
  arguments.push_back(task.tools.gcc.string());
  for (auto& flag : compiler_flags(task.accelerator)) arguments.push_back(std::move(flag));
  for (const auto& argument : {std::string("-I"), runtime.string(), std::string("-T"), (runtime / "link.ld").string(),
                               (runtime / "start.S").string(), (folder_ / "kernel.c").string(), std::string("-o"),
                               (folder_ / "kernel.elf").string()})
    arguments.push_back(argument);
  command_.environment = {{"TMPDIR", folder_.string()}, {"LC_ALL", "C"}};
}

std::filesystem::path CompileStage::compile(const std::string& c, Evaluation& evaluation) const {
  const Timer timer(evaluation.seconds.compile);
  std::ofstream source(folder_ / "kernel.c", std::ios::binary);
  source << c;
  source.close();
  if (!source) throw EnvironmentError(fmt::format("{}: cannot be written", (folder_ / "kernel.c").string()));
  const auto result = run(command_, limits, deadline);
  evaluation.status = Status::ok;
  if (!result.in_time) {
    evaluation.reason = fmt::format("gcc was not done after {:g} s", deadline.count());
    evaluation.status = Status::compile_failed;
    evaluation.reproducible = false;
  } else if (result.exit_code != 0) {
    evaluation.reason = diagnosis(result.output);
    evaluation.status = Status::compile_failed;
    evaluation.reproducible = !killed(result);
  }
  return folder_ / "kernel.elf";
}

}  // namespace exogene

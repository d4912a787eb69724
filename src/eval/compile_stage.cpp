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

// The first line that says what is wrong: an error, or what the linker did not find.
std::string diagnosis(const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (line.find("error: ") != std::string::npos || line.find("undefined reference") != std::string::npos) return line;
  return output.empty() ? "gcc failed and said nothing" : output.substr(0, output.find('\n'));
}

Command with(Command command, std::initializer_list<std::string> arguments) {
  command.arguments.insert(command.arguments.end(), arguments);
  return command;
}

bool killed(const CommandResult& result) {
  return result.exit_code > 128 || result.output.find("terminated signal") != std::string::npos;
}

}  // namespace

CompileStage::CompileStage(const Task& task, std::filesystem::path folder) : folder_(std::move(folder)) {
  const auto runtime = task.tools.root / "src/gemmini/runtime";
  Command gcc{{task.tools.gcc.string()}};
  for (auto& flag : compiler_flags(task.accelerator)) gcc.arguments.push_back(std::move(flag));
  gcc.folder = folder_;  // so that what gcc says names no folder of ours
  gcc.environment = {{"TMPDIR", folder_.string()}, {"LC_ALL", "C"}};
  start_ = with(gcc, {"-c", (runtime / "start.S").string(), "-o", "start.o"});
  command_ = with(
      gcc, {"-I", runtime.string(), "-T", (runtime / "link.ld").string(), "start.o", "kernel.c", "-o", "kernel.elf"});
}

void CompileStage::assemble_start() const {
  if (std::filesystem::exists(folder_ / "start.o")) return;
  const auto result = run(start_, limits, deadline);
  if (!result.in_time || result.exit_code != 0) throw EnvironmentError("start.S: " + diagnosis(result.output));
}

std::filesystem::path CompileStage::compile(const std::string& c, Evaluation& evaluation) const {
  const Timer timer(evaluation.seconds.compile);
  std::ofstream source(folder_ / "kernel.c", std::ios::binary);
  source << c;
  source.close();
  if (!source) throw EnvironmentError(fmt::format("{}: cannot be written", (folder_ / "kernel.c").string()));
  assemble_start();
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

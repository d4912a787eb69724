#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace exogene {

/// A part of the environment that the program cannot do without is missing or broken; one line.
class EnvironmentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A process that died, hung, or answered what it should not; one line.
class ProcessFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Seconds = std::chrono::duration<double>;

/// The arguments of a process, the program's path first, what is added to the environment, and where it runs.
struct Command {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment{};
  std::filesystem::path folder = ".";  ///< that it starts in
};

/// Bounds of a process and of each that it starts; 0 for none.
struct ProcessLimits {
  std::uint64_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t file_bytes = 0;
};

struct CommandResult {
  int exit_code = 0;   ///< as a shell gives it: 128 + the signal's number when one ended it
  std::string output;  ///< standard output and standard error together
  bool in_time = true;
};

/// Runs a program to its end, killing it and its children after `deadline`. No shell sees the arguments.
CommandResult run(const Command& command, const ProcessLimits& limits, Seconds deadline);

/// A process that answers one line for each line.
class LineProcess {
 public:
  /// Starts it. What it writes to standard error goes to the file `log`.
  LineProcess(Command command, std::filesystem::path log);
  /// Kills it.
  ~LineProcess();
  LineProcess(LineProcess&&) noexcept;
  LineProcess& operator=(LineProcess&&) noexcept;

  /// Its answer to one line, without the line's end. Throws ProcessFailed after `deadline`, or when it has died; the
  /// process must not be asked again then.
  std::string ask(const std::string& line, Seconds deadline);

 private:
  struct Running;
  std::filesystem::path log_;
  std::unique_ptr<Running> running_;
};

}  // namespace exogene

#include "eval/process.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <csignal>
#include <fstream>
#include <thread>

namespace exogene {
namespace {

namespace asio = boost::asio;
namespace bp = boost::process;

void limit(int resource, std::uint64_t bound) {
  const rlimit both{bound, bound};
  if (bound != 0) setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

// Runs in the child in front of exec. A process group of its own: a Ctrl-C is for us, and we can kill all of it. No
// descriptors of ours: a pipe's end that leaks into a sibling keeps the other end from seeing the end of file.
auto exec_setup(const ProcessLimits& limits) {
  return [limits](auto&) {
    setpgid(0, 0);
    std::signal(SIGPIPE, SIG_DFL);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    limit(RLIMIT_CPU, limits.cpu_seconds);
    limit(RLIMIT_AS, limits.memory_bytes);
    limit(RLIMIT_FSIZE, limits.file_bytes);
    limit(RLIMIT_CORE, 0);
  };
}

bp::environment environment_of(const Command& command) {
  bp::environment result = boost::this_process::environment();
  for (const auto& [name, value] : command.environment)
    result.set(name, value);  // operator[] reads past the ends of short entries in Boost 1.74
  return result;
}

void kill_group(bp::child& child) {
  if (!child.valid()) return;
  ::kill(-child.id(), SIGKILL);
  std::error_code ignored;
  child.wait(ignored);
}

// Boost ignores a folder that it cannot enter.
void check_folder(const Command& command) {
  if (!std::filesystem::is_directory(command.folder))
    throw EnvironmentError(command.folder.string() + ": no such folder");
}

std::vector<std::string> tail_arguments(const Command& command) {
  return {command.arguments.begin() + 1, command.arguments.end()};
}

// Writing to a process that has died must be an error, not our end.
void ignore_broken_pipes() {
  static const auto once = std::signal(SIGPIPE, SIG_IGN);
  (void)once;
}

// Waits for the child to end by itself; false when it has not by then.
bool ends_before(bp::child& child, std::chrono::steady_clock::time_point time) {
  while (child.running()) {
    if (std::chrono::steady_clock::now() > time) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void read_all(bp::async_pipe& pipe, std::array<char, 4096>& chunk, std::string& text) {
  pipe.async_read_some(asio::buffer(chunk), [&](const auto& error, std::size_t size) {
    text.append(chunk.data(), size);
    if (!error) read_all(pipe, chunk, text);
  });
}

std::string last_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) last = line;
  return last;
}

}  // namespace

CommandResult run(const Command& command, const ProcessLimits& limits, Seconds deadline) {
  check_folder(command);
  asio::io_context io;
  bp::async_pipe output(io);
  CommandResult result;
  bp::child child;
  try {
    child = bp::child(bp::exe = command.arguments[0], bp::args = tail_arguments(command), environment_of(command),
                      bp::start_dir = command.folder.string(), bp::std_in<bp::null, (bp::std_out & bp::std_err)> output,
                      bp::extend::on_exec_setup = exec_setup(limits));
  } catch (const std::system_error& error) {
    throw EnvironmentError(fmt::format("{}: cannot be started: {}", command.arguments[0], error.code().message()));
  }
  std::array<char, 4096> chunk{};
  read_all(output, chunk, result.output);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(deadline);
  io.run_until(end);
  result.in_time = io.stopped() && ends_before(child, end);
  if (!result.in_time) {
    kill_group(child);
    return result;
  }
  const int status = child.native_exit_code();
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

struct LineProcess::Running {
  asio::io_context io;
  bp::async_pipe in{io};
  bp::async_pipe out{io};
  bp::child child;
  std::string received;

  ~Running() { kill_group(child); }
};

LineProcess::LineProcess(Command command, std::filesystem::path log)
    : log_(std::move(log)), running_(std::make_unique<Running>()) {
  check_folder(command);
  ignore_broken_pipes();
  std::ofstream(log_, std::ios::trunc);  // what an earlier process said is not about this one
  try {
    running_->child =
        bp::child(bp::exe = command.arguments[0], bp::args = tail_arguments(command), environment_of(command),
                  bp::start_dir = command.folder.string(), bp::std_in<running_->in, bp::std_out> running_->out,
                  bp::std_err > log_.string(), bp::extend::on_exec_setup = exec_setup({}));
  } catch (const std::system_error& error) {
    throw EnvironmentError(fmt::format("{}: cannot be started: {}", command.arguments[0], error.code().message()));
  }
}

LineProcess::~LineProcess() = default;
LineProcess::LineProcess(LineProcess&&) noexcept = default;
LineProcess& LineProcess::operator=(LineProcess&&) noexcept = default;

std::string LineProcess::ask(const std::string& line, Seconds deadline) {
  auto& running = *running_;
  const auto message = line + '\n';
  std::size_t answered = 0;
  asio::async_write(running.in, asio::buffer(message), [](const auto&, std::size_t) {});
  asio::async_read_until(running.out, asio::dynamic_buffer(running.received), '\n',
                         [&](const auto& error, std::size_t size) { answered = error ? 0 : size; });
  running.io.restart();
  running.io.run_for(std::chrono::duration_cast<std::chrono::nanoseconds>(deadline));
  const bool late = !running.io.stopped();  // also when it answered, but did not take the whole line
  if (answered == 0 || late) {
    running_.reset();  // also forgets the handlers, which refer to this call
    const auto said = last_line(log_);
    if (late) throw ProcessFailed(fmt::format("no answer within {:g} s", deadline.count()));
    throw ProcessFailed(said.empty() ? "it died" : "it died: " + said);
  }
  auto answer = running.received.substr(0, answered - 1);
  running.received.erase(0, answered);
  return answer;
}

}  // namespace exogene

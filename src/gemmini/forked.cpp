#include "gemmini/forked.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <system_error>

namespace exogene::gemmini {
namespace {

using Clock = std::chrono::steady_clock;

// What a child may allocate on top of what it inherits.
constexpr std::uint64_t extra_bytes = std::uint64_t{512} << 20;
constexpr int failed_exit = 70;

void limit_memory() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
#ifndef __SANITIZE_ADDRESS__  // the sanitizer reserves address space without end
  std::uint64_t pages = 0;
  if (std::ifstream("/proc/self/statm") >> pages) {
    const rlim_t bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + extra_bytes;
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
  }
#endif
}

bool write_all(int file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

[[noreturn]] void child(const std::function<std::string()>& function, int out, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(failed_exit);
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) _exit(failed_exit);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  limit_memory();
  try {
    _exit(write_all(out, function()) ? 0 : failed_exit);
  } catch (const std::exception&) {
    _exit(failed_exit);
  }
}

/// Collects what the child writes until it closes its end. False when the deadline came first.
bool read_all(int in, Clock::time_point deadline, std::string& text) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{.fd = in, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    if (ready <= 0) continue;
    char buffer[4096];
    const ssize_t n = read(in, buffer, sizeof buffer);
    if (n == 0) return true;
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "read");
  }
}

int wait_for(pid_t process) {
  int state = 0;
  while (waitpid(process, &state, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  return state;
}

}  // namespace

Forked run_forked(const std::function<std::string()>& function, double seconds) {
  const auto deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    child(function, ends[1], parent);
  }
  const int error = errno;
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    throw std::system_error(error, std::generic_category(), "fork");
  }

  Forked result{Forked::End::finished, {}};
  const bool in_time = read_all(ends[0], deadline, result.text);
  close(ends[0]);
  if (!in_time) kill(process, SIGKILL);
  const int state = wait_for(process);
  if (!in_time) return {Forked::End::out_of_time, {}};
  if (WIFSIGNALED(state)) {
    const char* name = sigabbrev_np(WTERMSIG(state));
    return {Forked::End::died, fmt::format("the simulator died of SIG{}", name != nullptr ? name : "?")};
  }
  if (WEXITSTATUS(state) != 0) {
    return {Forked::End::died, fmt::format("the simulator ended with exit code {}", WEXITSTATUS(state))};
  }
  return result;
}

}  // namespace exogene::gemmini

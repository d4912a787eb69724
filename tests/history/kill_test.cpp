#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>

#include "history/compare.hpp"
#include "history/writer.hpp"
#include "sample.hpp"

using namespace exogene;

namespace {

/// A process that goes on appending generations to `path` until it is killed, and tells of each that it appended.
struct Child {
  pid_t process = -1;
  int told = -1;

  Child(const std::filesystem::path& path, const History& history) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
      try {
        auto writer = HistoryWriter::resume(path, history);
        for (auto number = static_cast<std::uint32_t>(history.generations.size());; ++number) {
          writer.append(sample::generation(number));
          if (write(ends[1], "+", 1) != 1) _exit(1);
        }
      } catch (...) {
        _exit(2);
      }
    }
    close(ends[1]);
    told = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits until one more generation was appended.
  [[nodiscard]] bool appended() const {
    char one;
    return read(told, &one, 1) == 1;
  }

  /// Kills it; how many more generations it had appended.
  std::uint32_t kill_now() {
    kill(process, SIGKILL);
    int status = 0;
    waitpid(process, &status, 0);
    CHECK(WIFSIGNALED(status));  // else it met an error of its own
    std::uint32_t count = 0;
    while (appended()) ++count;
    close(told);
    return count;
  }
};

}  // namespace

TEST_CASE("a history survives kill -9 at any moment") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter(path, sample::info());
  auto history = read_history(path, sample::alphabet());
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    if (history.generations.size() > 60) history = sample::history(5);  // so that rounds stay short
    const auto before = history.generations.size();
    Child child(path, history);
    REQUIRE(child.appended());
    std::this_thread::sleep_for(std::chrono::microseconds(round * 431 % 9000));
    const auto least = before + 1 + child.kill_now();
    history = read_history(path, sample::alphabet());
    CHECK(history.generations.size() >= least);
    CHECK(history.generations.size() <= least + 1);  // committed, but killed before it could tell
    const auto expected = sample::history(static_cast<std::uint32_t>(history.generations.size()));
    CHECK(first_difference(expected, history).value_or("") == "");
  }
  auto writer = HistoryWriter::resume(path, history);
  writer.append(sample::generation(static_cast<std::uint32_t>(history.generations.size())));
  CHECK(read_history(path, sample::alphabet()).generations.size() == history.generations.size() + 1);
  CHECK(directory.files() == 1);
}

TEST_CASE("a full disk costs no committed generation") {
  for (const std::uintmax_t room : {1, 1000, 9000, 30000, 70000, 200000}) {
    CAPTURE(room);
    const sample::Directory directory;
    const auto path = directory / "run.h5";
    HistoryWriter(path, sample::info()).append(sample::generation(0));
    const auto history = read_history(path, sample::alphabet());
    std::cout.flush();
    const auto process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
      auto writer = HistoryWriter::resume(path, history);
      const rlimit limit{std::filesystem::file_size(path) + room, RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &limit);
      signal(SIGXFSZ, SIG_IGN);  // so that writing fails as on a full disk
      int number = 1;
      try {
        for (; number < 250; ++number) writer.append(sample::generation(static_cast<std::uint32_t>(number)));
      } catch (const HistoryError& error) {
        if (std::string(error.what()).find("File too large") == std::string::npos) _exit(255);
      }
      std::exit(number);  // with all that programs do at their end
    }
    int status = 0;
    waitpid(process, &status, 0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) < 250);  // it did meet the limit
    const auto found = read_history(path, sample::alphabet());
    CHECK(static_cast<int>(found.generations.size()) == WEXITSTATUS(status));
    const auto expected = sample::history(static_cast<std::uint32_t>(found.generations.size()));
    CHECK(first_difference(expected, found).value_or("") == "");
    HistoryWriter::resume(path, found).append(sample::generation(static_cast<std::uint32_t>(found.generations.size())));
  }
}

TEST_CASE("a reader in another process sees whole generations while the writer goes on") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter(path, sample::info());
  Child child(path, sample::history(0));
  std::size_t told = 0;
  std::size_t last = 0;
  while (last < 100) {
    REQUIRE(child.appended());
    ++told;
    const auto history = read_history(path, sample::alphabet());
    CHECK(history.generations.size() >= std::max(told, last));
    last = history.generations.size();
    const auto expected = sample::history(static_cast<std::uint32_t>(last));
    CHECK(first_difference(expected, history).value_or("") == "");
  }
  child.kill_now();
}

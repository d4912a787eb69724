#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <set>

#include "eval/process.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

constexpr Seconds plenty{60};
constexpr Seconds little{0.3};

/// Answers its process id to the first line, then each line with itself.
const Command telling_cat = shell("read line; echo $$; exec cat");

struct Log {
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "log";
};

std::string failure(LineProcess& process, Seconds deadline = plenty, const std::string& line = "question") {
  try {
    return "answered " + process.ask(line, deadline);
  } catch (const ProcessFailed& error) {
    return error.what();
  }
}

/// Runs `work` in a child process of a group of its own; its exit code, 128 + n for a signal.
template <class Work>
pid_t forked(const Work& work) {
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    setpgid(0, 0);
    int code = 100;
    try {
      code = work();
    } catch (...) {
    }
    _exit(code);
  }
  return child;
}

}  // namespace

TEST_CASE("a line for a line, many times in order") {
  const Log log;
  LineProcess process({{"/bin/cat"}}, log.path);
  for (int i = 0; i < 2000; ++i)
    REQUIRE(process.ask("line " + std::to_string(i), plenty) == "line " + std::to_string(i));
  CHECK(process.ask("", plenty).empty());
  CHECK(process.ask(" {\"a\": [1, 2]}\t", plenty) == " {\"a\": [1, 2]}\t");
}

TEST_CASE("a python program that answers") {
  const Log log;
  LineProcess process(
      {{"/usr/bin/env", "python3", "-c", "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)"}},
      log.path);
  for (const auto* const word : {"schedule", "genome"}) {
    const std::string text = word;
    CHECK(process.ask(text, plenty) == std::string(text.rbegin(), text.rend()));
  }
}

TEST_CASE("large lines both ways") {
  const Log log;
  LineProcess process({{"/bin/cat"}}, log.path);
  for (const std::size_t size : {65'535U, 65'536U, 1'000'000U, 3U, 4'000'000U}) {
    std::string line(size, 'x');
    for (std::size_t i = 0; i < size; i += 7) line[i] = static_cast<char>('a' + i % 26);
    CHECK((process.ask(line, plenty) == line));  // not shown when it fails
  }
}

TEST_CASE("the environment reaches it") {
  const Log log;
  auto command = shell("read line; echo \"$EXOGENE_TEST_LINE\"");
  command.environment = {{"EXOGENE_TEST_LINE", "a b"}};
  CHECK(LineProcess(command, log.path).ask("?", plenty) == "a b");
}

TEST_CASE("death is told with the last line of standard error") {
  const Log log;
  SUBCASE("after it was asked") {
    LineProcess process(shell("read line; echo first >&2; echo 'the reason why' >&2; echo >&2; exit 3"), log.path);
    CHECK(failure(process) == "it died: the reason why");
    CHECK(file_text(log.path) == "first\nthe reason why\n\n");
  }
  SUBCASE("before it was asked") {
    LineProcess process(shell("echo $$; echo 'no licence' >&2"), log.path);
    const auto id = std::stoi(process.ask("?", plenty));
    CHECK(ends(id));
    CHECK(failure(process) == "it died: no licence");
  }
  SUBCASE("in the middle of a large line") {
    LineProcess process(shell("head -c 10 > /dev/null; echo enough >&2"), log.path);
    CHECK(failure(process, plenty, std::string(1'000'000, 'x')) == "it died: enough");
  }
  SUBCASE("in the middle of an answer") {
    LineProcess process(shell("read line; printf half; echo torn >&2"), log.path);
    CHECK(failure(process) == "it died: torn");
  }
  SUBCASE("without a word") {
    LineProcess process(shell("read line; kill -KILL $$"), log.path);
    CHECK(failure(process) == "it died");
  }
}

TEST_CASE("what an earlier process said is not the reason of a later one") {
  const Log log;
  LineProcess first(shell("read line; echo 'a long line of the first process' >&2; echo and more >&2"), log.path);
  CHECK(failure(first) == "it died: and more");
  LineProcess second(shell("read line; echo short >&2"), log.path);
  CHECK(failure(second) == "it died: short");
  LineProcess third(shell("read line"), log.path);
  CHECK(failure(third) == "it died");
}

TEST_CASE("no answer in time is a failure, and the process is gone") {
  const Log log;
  LineProcess process(shell("read line; echo $$; sleep 1000 & echo $! >&2; wait"), log.path);
  const auto shell_id = std::stoi(process.ask("?", plenty));
  REQUIRE(soon([&] { return file_text(log.path).ends_with('\n'); }));
  const auto sleep_id = std::stoi(file_text(log.path));
  CHECK(runs(shell_id));
  CHECK(runs(sleep_id));
  CHECK(failure(process, little) == "no answer within 0.3 s");
  CHECK(ends(shell_id));
  CHECK(ends(sleep_id));
}

TEST_CASE("an answer that never ends its line is none") {
  const Log log;
  LineProcess process(shell("read line; printf half; exec sleep 1000"), log.path);
  CHECK(failure(process, little) == "no answer within 0.3 s");
}

TEST_CASE("a process that does not take the whole line has not answered it") {
  const Log log;
  LineProcess process(shell("echo early; exec sleep 1000"), log.path);
  CHECK(failure(process, little, std::string(1'000'000, 'x')) == "no answer within 0.3 s");
}

TEST_CASE("a missing program is an error of the environment") {
  const Log log;
  CHECK_THROWS_AS(LineProcess({{"/nowhere/sim"}}, log.path), EnvironmentError);
}

TEST_CASE("a log that cannot be written is an error of the environment") {
  const Log log;
  CHECK_THROWS_AS(LineProcess({{"/bin/cat"}}, log.folder.path() / "none" / "log"), EnvironmentError);
}

TEST_CASE("a process goes with its object, and what it started") {
  const Log log;
  pid_t shell_id = 0;
  pid_t sleep_id = 0;
  {
    LineProcess process(shell("read line; echo $$; sleep 1000 & read line; echo $!; wait"), log.path);
    shell_id = std::stoi(process.ask("?", plenty));
    sleep_id = std::stoi(process.ask("?", plenty));
    CHECK(runs(sleep_id));
  }
  CHECK(ends(shell_id));
  CHECK(ends(sleep_id));
}

TEST_CASE("a process moves; the one it replaces ends") {
  const Log log;
  LineProcess first(telling_cat, log.path);
  LineProcess second(telling_cat, log.folder.path() / "other");
  const auto first_id = std::stoi(first.ask("?", plenty));
  const auto second_id = std::stoi(second.ask("?", plenty));
  first = std::move(second);
  CHECK(ends(first_id));
  CHECK(first.ask("still here", plenty) == "still here");
  CHECK(runs(second_id));
}

TEST_CASE("no descriptor of ours reaches a child") {
  const Log log;
  LineProcess sibling({{"/bin/cat"}}, log.path);
  int ends_of_pipe[2];
  REQUIRE(pipe(ends_of_pipe) == 0);
  LineProcess process(shell("read line; echo $$; read line"), log.folder.path() / "other");
  const auto id = process.ask("?", plenty);
  std::set<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + id + "/fd"))
    open.insert(entry.path().filename().string());
  CHECK(open == std::set<std::string>{"0", "1", "2"});
  close(ends_of_pipe[0]);
  close(ends_of_pipe[1]);
}

TEST_CASE("when our process is killed, its children end") {
  const Log log;
  int told[2];
  REQUIRE(pipe(told) == 0);
  const auto child = forked([&] {
    LineProcess first(telling_cat, log.path);
    LineProcess second(telling_cat, log.folder.path() / "other");
    const auto ids = first.ask("?", plenty) + " " + second.ask("?", plenty) + "\n";
    if (write(told[1], ids.data(), ids.size()) < 0) return 1;
    pause();
    return 0;
  });
  close(told[1]);
  std::string ids;
  for (char one = 0; read(told[0], &one, 1) == 1 && one != '\n';) ids += one;
  close(told[0]);
  REQUIRE(ids.find(' ') != std::string::npos);
  const auto first = std::stoi(ids);
  const auto second = std::stoi(ids.substr(ids.find(' ')));
  CHECK(runs(first));
  CHECK(runs(second));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(ends(first));
  CHECK(ends(second));
}

TEST_CASE("a Ctrl-C is for us alone") {
  const Log log;
  const auto child = forked([&] {
    std::signal(SIGINT, [](int) {});  // a handler: unlike SIG_IGN, programs that we start do not inherit it
    LineProcess process(telling_cat, log.path);
    const auto id = std::stoi(process.ask("?", plenty));
    if (kill(0, SIGINT) != 0) return 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // a signal would have come by now
    return runs(id) && process.ask("still here", plenty) == "still here" ? 0 : 2;
  });
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

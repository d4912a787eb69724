#include "eval/process.hpp"

#include <doctest/doctest.h>

#include "rig.hpp"

using namespace exogene;

namespace {

constexpr Seconds plenty{60};
constexpr Seconds little{0.3};

CommandResult run(const Command& command) {
  return run(command, {}, plenty);
}

std::string message_of_missing(const std::string& program) {
  try {
    run({{program, "x"}});
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("output and exit code") {
  const auto result = run(shell("echo out; echo error >&2; echo more; exit 7"));
  CHECK(result.exit_code == 7);
  CHECK(result.output == "out\nerror\nmore\n");
  CHECK(result.in_time);
  CHECK(run(shell("true")).exit_code == 0);
  CHECK(run(shell("true")).output.empty());
}

TEST_CASE("much output") {
  const auto result = run(shell("yes 0123456789abcde 2> /dev/null | head -c 3000000"));
  CHECK(result.exit_code == 0);
  CHECK(result.output.size() == 3'000'000);
  CHECK(result.output.substr(2'999'984) == "0123456789abcde\n");
}

TEST_CASE("standard input is empty") {
  CHECK(run({{"/bin/cat"}}).output.empty());
}

TEST_CASE("the end by a signal is told as a shell tells it") {
  CHECK(run(shell("kill -KILL $$")).exit_code == 128 + SIGKILL);
  CHECK(run(shell("kill -SEGV $$")).exit_code == 128 + SIGSEGV);
  CHECK(run(shell("kill -TERM $$")).exit_code == 128 + SIGTERM);
}

TEST_CASE("a broken pipe ends programs as ever, though we ignore it") {
  const TemporaryFolder folder;
  LineProcess(shell("exec cat"), folder.path() / "log").ask("?", plenty);
  CHECK(run(shell("kill -PIPE $$")).exit_code == 128 + SIGPIPE);
}

TEST_CASE("a deadline kills the program and what it started") {
  const auto start = std::chrono::steady_clock::now();
  const auto result = run(shell("sleep 1000 & echo $!; sleep 1000 & echo $!; wait"), {}, little);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  CHECK_FALSE(result.in_time);
  const auto end = result.output.find('\n');
  REQUIRE(end != std::string::npos);
  CHECK(ends(std::stoi(result.output)));
  CHECK(ends(std::stoi(result.output.substr(end + 1))));
  CHECK(result.output.find('\0') == std::string::npos);  // what was written, no more
}

TEST_CASE("a deadline is for what a program left behind too") {
  const auto result = run(shell("sleep 1000 & echo $!"), {}, little);
  CHECK_FALSE(result.in_time);  // the output is still open
  CHECK(ends(std::stoi(result.output)));
}

TEST_CASE("a deadline is for a program that has closed its output too") {
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(run(shell("exec >&- 2>&-; exec sleep 5"), {}, little).in_time);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
}

TEST_CASE("limits of memory, processor time and files") {
  const Command takes_memory{{"/usr/bin/env", "python3", "-c", "print(len(bytearray(1 << 30)))"}};
  CHECK(run(takes_memory).output == "1073741824\n");
  const auto memory = run(takes_memory, {.memory_bytes = 300'000'000}, plenty);
  CHECK(memory.exit_code == 1);
  CHECK(memory.output.find("MemoryError") != std::string::npos);

  const auto processor = run(shell("while :; do :; done"), {.cpu_seconds = 1}, plenty);
  CHECK(processor.in_time);
  CHECK((processor.exit_code == 128 + SIGKILL || processor.exit_code == 128 + SIGXCPU));

  const TemporaryFolder folder;
  const auto path = folder.path() / "big";
  const Command writes_file{{"/bin/dd", "if=/dev/zero", "of=" + path.string(), "bs=1000", "count=100"}};
  CHECK(run(writes_file, {.file_bytes = 50'000}, plenty).exit_code != 0);
  CHECK(std::filesystem::file_size(path) <= 50'000);
  CHECK(run(writes_file).exit_code == 0);
  CHECK(std::filesystem::file_size(path) == 100'000);
}

TEST_CASE("limits hold for what a program starts") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "big";
  run(shell("head -c 100000 /dev/zero > '" + path.string() + "'; true"), {.file_bytes = 50'000}, plenty);
  CHECK(std::filesystem::file_size(path) <= 50'000);
}

TEST_CASE("no shell sees the arguments") {
  const std::vector<std::string> arguments{"two words", "a 'single' and a \"double\"",
                                           "; echo no", "$HOME `id` $(id)",
                                           "*",         "back\\slash",
                                           "a\ttab",    "> /dev/null",
                                           "",          "-n",
                                           "\xC3\xA4"};
  Command command = shell(R"(for a in "$@"; do printf '[%s]\n' "$a"; done)");
  command.arguments.push_back("name");
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  std::string expected;
  for (const auto& argument : arguments) expected += "[" + argument + "]\n";
  CHECK(run(command).output == expected);
}

TEST_CASE("a program's path may have spaces") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a 'program'; x";
  std::filesystem::copy_file("/bin/echo", path);
  CHECK(run({{path.string(), "said"}}).output == "said\n");
  CHECK(run({{path.string()}}).output == "\n");
}

TEST_CASE("the environment is ours and what the command adds") {
  setenv("EXOGENE_TEST_OURS", "ours", 1);
  setenv("EXOGENE_TEST_CHANGED", "before", 1);
  auto command = shell("echo \"$EXOGENE_TEST_OURS $EXOGENE_TEST_CHANGED $EXOGENE_TEST_ADDED\"");
  command.environment = {{"EXOGENE_TEST_CHANGED", "after"}, {"EXOGENE_TEST_ADDED", "added; $HOME"}};
  CHECK(run(command).output == "ours after added; $HOME\n");
  CHECK(std::string(getenv("EXOGENE_TEST_CHANGED")) == "before");
  CHECK(getenv("EXOGENE_TEST_ADDED") == nullptr);
}

TEST_CASE("a program starts in its folder") {
  const TemporaryFolder folder;
  auto command = shell("pwd -P");
  CHECK(run(command).output == std::filesystem::current_path().string() + "\n");
  command.folder = folder.path();
  CHECK(run(command).output == std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST_CASE("a program that is missing or none is an error of the environment") {
  CHECK(message_of_missing("/nowhere/gcc").find("/nowhere/gcc: cannot be started: No such file") == 0);
  CHECK_FALSE(message_of_missing("/etc/passwd").empty());
  CHECK_FALSE(message_of_missing("/usr").empty());
  CHECK(message_of_missing("/bin/echo").empty());
}

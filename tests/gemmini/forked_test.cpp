#include "gemmini/forked.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

using exogene::gemmini::Forked;
using exogene::gemmini::run_forked;

TEST_CASE("a child's text comes back, however long") {
  const std::string text(1 << 20, 'x');
  const Forked child = run_forked([&] { return text; }, 60);
  CHECK(child.end == Forked::End::finished);
  CHECK(child.text == text);
}

TEST_CASE("a child does not touch the parent's memory or standard streams") {
  int value = 1;
  const Forked child = run_forked(
      [&] {
        value = 2;
        char byte = 0;
        return std::to_string(read(STDIN_FILENO, &byte, 1)) + (isatty(STDOUT_FILENO) != 0 ? " terminal" : " none");
      },
      60);
  CHECK(child.text == "0 none");
  CHECK(value == 1);
}

TEST_CASE("a child that dies says how") {
  const Forked killed = run_forked([]() -> std::string { return raise(SIGKILL) == 0 ? "" : ""; }, 60);
  CHECK(killed.end == Forked::End::died);
  CHECK(killed.text == "the simulator died of SIGKILL");
  const Forked thrown = run_forked([]() -> std::string { throw std::runtime_error("no"); }, 60);
  CHECK(thrown.end == Forked::End::died);
  CHECK(thrown.text == "the simulator ended with exit code 70");
}

TEST_CASE("a child that takes too long is killed") {
  const Forked child = run_forked(
      []() -> std::string {
        for (;;) pause();
      },
      0.05);
  CHECK(child.end == Forked::End::out_of_time);
}

#include "history/journal.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>
#include <vector>

#include "sample.hpp"

using namespace exogene;

namespace {

Hash key(std::uint64_t number) {
  return {number, ~number};
}

void check_same(const Evaluation& a, const Evaluation& b) {
  CHECK(a.status == b.status);
  CHECK(a.reason == b.reason);
  CHECK(a.failed_gene == b.failed_gene);
  CHECK(a.introns == b.introns);
  CHECK(a.c_hash == b.c_hash);
  CHECK(a.metrics == b.metrics);
  CHECK(a.cases == b.cases);
  CHECK(a.reproducible == b.reproducible);
  CHECK(a.seconds.decode == b.seconds.decode);
  CHECK(a.seconds.compile == b.seconds.compile);
  CHECK(a.seconds.simulate == b.seconds.simulate);
}

void add_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

}  // namespace

TEST_CASE("every kind of evaluation comes back") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  CHECK(read_journal(path).evaluations.empty());
  {
    Journal journal(path);
    CHECK(read_journal(path).evaluations.empty());
    for (std::int64_t id = 0; id < 20; ++id)
      journal.append(key(static_cast<std::uint64_t>(id)), sample::evaluation(id, 5));
  }
  const auto found = read_journal(path).evaluations;
  REQUIRE(found.size() == 20);
  for (std::int64_t id = 0; id < 20; ++id)
    check_same(found.at(key(static_cast<std::uint64_t>(id))), sample::evaluation(id, 5));
}

TEST_CASE("proofs come back beside evaluations") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  {
    Journal journal(path);
    journal.append(key(1), sample::evaluation(0, 5));
    for (std::int64_t id = 0; id < 4; ++id) journal.append(key(static_cast<std::uint64_t>(id)), sample::proof(id));
  }
  const auto found = read_journal(path);
  CHECK(found.evaluations.size() == 1);
  REQUIRE(found.proofs.size() == 4);
  for (std::int64_t id = 0; id < 4; ++id)
    CHECK(found.proofs.at(key(static_cast<std::uint64_t>(id))) == sample::proof(id));
}

TEST_CASE("exchanges come back beside evaluations") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  CHECK(read_journal(path).exchanges.empty());
  Journal journal(path);
  for (std::uint32_t number = 0; number < 10; ++number) {
    journal.append({1, 2, 3, number}, sample::exchange(number));
    journal.append(key(number), sample::evaluation(number, 5));
  }
  CHECK(read_journal(path).evaluations.size() == 10);
  const auto found = read_journal(path).exchanges;
  REQUIRE(found.size() == 10);
  for (std::uint32_t number = 0; number < 10; ++number) {
    const auto& a = found.at({1, 2, 3, number});
    const auto b = sample::exchange(number);
    CHECK(a.model == b.model);
    CHECK(a.prompt == b.prompt);
    CHECK(a.reply == b.reply);
    CHECK(a.outcome == b.outcome);
    CHECK(a.reason == b.reason);
    CHECK(a.tokens_in == b.tokens_in);
    CHECK(a.tokens_out == b.tokens_out);
    CHECK(a.seconds == b.seconds);
    CHECK(a.cost == b.cost);
    CHECK(a.calls == b.calls);
  }
  std::ofstream(path, std::ios::app) << "{\"question\": [1, 2, 3, 4]}\n";
  CHECK_THROWS_AS(read_journal(path), HistoryError);
  journal.clear();
  CHECK(read_journal(path).exchanges.empty());
}

TEST_CASE("an evaluation is in the file when append returns, and gone after clear") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  Journal journal(path);
  journal.append(key(1), sample::evaluation(0, 5));
  CHECK(read_journal(path).evaluations.size() == 1);
  journal.clear();
  CHECK(read_journal(path).evaluations.empty());
  journal.append(key(2), sample::evaluation(1, 5));
  CHECK(read_journal(path).evaluations.count(key(2)) == 1);
}

TEST_CASE("a torn last line is ignored, and dropped when the journal is opened again") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  Journal(path).append(key(1), sample::evaluation(0, 5));
  const auto whole = std::filesystem::file_size(path);
  Journal(path).append(key(2), sample::evaluation(1, 5));
  for (auto size = std::filesystem::file_size(path) - 1; size >= whole; size -= 7) {
    std::filesystem::resize_file(path, size);
    CHECK(read_journal(path).evaluations.size() == 1);
  }
  Journal(path).append(key(3), sample::evaluation(2, 5));
  const auto found = read_journal(path).evaluations;
  CHECK(found.size() == 2);
  CHECK(found.count(key(3)) == 1);
}

TEST_CASE("another malformed line is named") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  const auto check_error = [&](const std::string& line) {
    std::filesystem::remove(path);
    Journal(path).append(key(1), sample::evaluation(0, 5));
    add_text(path, line + "\n");
    Journal(path).append(key(2), sample::evaluation(0, 5));
    CAPTURE(line);
    CHECK_THROWS_WITH_AS(read_journal(path), doctest::Contains((path.string() + ":2: not an evaluation").c_str()),
                         HistoryError);
  };
  check_error("");
  check_error("not JSON");
  check_error("[1, 2]");
  check_error("{}");
  check_error(R"({"status": "great"})");
  check_error(R"({"genome": "00000000000000000000000000000001", "verdict": "certain", "doubt": ""})");
  check_error(R"({"status": "ok", "reason": "", "failed_gene": -1, "introns": [], "c_hash": "12"})");
  CHECK_THROWS_AS(Journal(directory / "missing/run.journal"), HistoryError);
  CHECK_THROWS_AS(read_journal(directory / ""), HistoryError);
}

TEST_CASE("a reason that is not UTF-8 does no harm") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  auto evaluation = sample::evaluation(1, 5);
  evaluation.reason = "bad \xff byte\nand a line";
  Journal(path).append(key(1), evaluation);
  CHECK(read_journal(path).evaluations.at(key(1)).reason == "bad \uFFFD byte\nand a line");
}

TEST_CASE("lanes append together") {
  const sample::Directory directory;
  const auto path = directory / "run.journal";
  Journal journal(path);
  std::vector<std::thread> lanes;
  for (std::uint64_t lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&journal, lane] {
      for (std::uint64_t i = 0; i < 25; ++i)
        journal.append(key(100 * lane + i), sample::evaluation(static_cast<std::int64_t>(i), 5));
    });
  for (auto& lane : lanes) lane.join();
  const auto found = read_journal(path).evaluations;
  CHECK(found.size() == 100);
  check_same(found.at(key(313)), sample::evaluation(13, 5));
}

#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "rig.hpp"

using namespace exogene;

namespace {

Evaluation evaluation(std::uint64_t c, Status status, std::uint64_t cost) {
  Evaluation result;
  result.status = status;
  result.c_hash = {c, 1};
  if (status == Status::ok) result.metrics = {cost};
  return result;
}

}  // namespace

TEST_CASE("a cache gives back what it keeps, by the hash of the C") {
  ResultCache cache;
  CHECK_FALSE(cache.find({1, 1}).has_value());
  cache.keep(evaluation(1, Status::ok, 10));
  auto wrong = evaluation(2, Status::wrong_result, 0);
  wrong.reason = "C[0][3] is 4, not 5";
  cache.keep(wrong);
  REQUIRE(cache.find({1, 1}).has_value());
  CHECK(cache.find({1, 1})->status == Status::ok);
  CHECK(cache.find({1, 1})->metrics == std::vector<std::uint64_t>{10});
  REQUIRE(cache.find({2, 1}).has_value());
  CHECK(cache.find({2, 1})->status == Status::wrong_result);
  CHECK(cache.find({2, 1})->reason == wrong.reason);
  CHECK_FALSE(cache.find({1, 2}).has_value());
  CHECK_FALSE(cache.find({3, 1}).has_value());
}

TEST_CASE("results on other data are other results") {
  ResultCache cache;
  cache.keep(evaluation(1, Status::ok, 10));
  CHECK_FALSE(cache.find({1, 1}, fresh_data[0]).has_value());
  cache.keep(evaluation(1, Status::wrong_result, 0), fresh_data[0]);
  CHECK(cache.find({1, 1})->status == Status::ok);
  CHECK(cache.find({1, 1}, fresh_data[0])->status == Status::wrong_result);
  CHECK_FALSE(cache.find({1, 1}, fresh_data[1]).has_value());
}

TEST_CASE("a cache keeps reproducible results that have C, and no others") {
  ResultCache cache;
  auto late = evaluation(1, Status::timeout, 0);
  late.reproducible = false;
  cache.keep(late);
  CHECK_FALSE(cache.find({1, 1}).has_value());
  late.reproducible = true;  // a limit of instructions
  cache.keep(late);
  CHECK(cache.find({1, 1}).has_value());

  auto refused = evaluation(2, Status::decode_failed, 0);
  refused.c_hash = {};
  cache.keep(refused);
  CHECK_FALSE(cache.find({}).has_value());
}

TEST_CASE("a cache may be used by many threads") {
  ResultCache cache;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&cache] {
      for (std::uint64_t c = 0; c < 1000; ++c) {
        cache.keep(evaluation(c, Status::ok, c));
        (void)cache.find({c / 2, 1});
      }
    });
  for (auto& thread : threads) thread.join();
  for (std::uint64_t c = 0; c < 1000; ++c) {
    REQUIRE(cache.find({c, 1}).has_value());
    CHECK(cache.find({c, 1})->metrics == std::vector{c});
  }
}

TEST_CASE("a temporary folder goes with its object, and all that is in it") {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    path = folder.path();
    CHECK(path != other.path());
    CHECK(std::filesystem::is_directory(path));
    CHECK(std::filesystem::is_empty(path));
    std::filesystem::create_directories(path / "a" / "b");
    write_file(path / "a" / "b" / "c.txt", "text");
    CHECK(file_text(path / "a" / "b" / "c.txt") == "text");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a temporary folder goes when an exception passes") {
  std::filesystem::path path;
  try {
    const TemporaryFolder folder;
    path = folder.path();
    throw std::runtime_error("passing");
  } catch (const std::runtime_error&) {
  }
  CHECK_FALSE(path.empty());
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a temporary folder that something else removed is no trouble") {
  const TemporaryFolder folder;
  std::filesystem::remove_all(folder.path());
}

// Times of single commands and short streams against those measured on the hardware simulation (cycles; the default
// accelerator, data in L2 unless said).

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gemmini/timing/clock.hpp"

using namespace exogene::gemmini;

namespace {

constexpr std::uint64_t start = 100'000;

Facts transfer(Kind kind, std::uint32_t cols, std::uint64_t address) {
  Facts facts;
  facts.kind = kind;
  facts.rows = 16;
  facts.cols = cols;
  facts.address = address;
  facts.stride = 128;
  facts.row_bytes = cols;
  return facts;
}

class Rig {
 public:
  Rig() {
    pipeline_.completed = [this](const TimedCommand& command) { done.push_back(command); };
    for (std::uint64_t address = 0x10000; address < 0x20000; address += 64) memory_.read(address, 64, 0);
  }

  void push(const Facts& facts, Queue queue) {
    TimedCommand command;
    command.facts = facts;
    command.queue = queue;
    time = pipeline_.push(command, time);
    ++time;
  }
  void load(std::uint32_t cols, std::uint32_t row = 0, std::uint64_t address = 0x10000) {
    Facts facts = transfer(Kind::mvin, cols, address);
    facts.writes = local_range(false, row, cols);
    push(facts, Queue::load);
  }
  void zeros(std::uint32_t cols) { zeros(cols, 0); }
  void zeros(std::uint32_t cols, std::uint32_t row) {
    Facts facts = transfer(Kind::mvin, cols, 0);
    facts.row_bytes = 0;
    facts.writes = local_range(true, row, cols);
    push(facts, Queue::load);
  }
  void store(std::uint32_t cols) {
    Facts facts = transfer(Kind::mvout, cols, 0x10000);
    facts.reads[0] = local_range(true, 0, cols);
    push(facts, Queue::store);
  }
  void pair(std::uint32_t a, std::uint32_t b) {
    preload(b);
    compute(a);
  }
  void compute(std::uint32_t a) {
    Facts facts;
    facts.kind = Kind::compute_preloaded;
    facts.rows = facts.cols = 16;
    facts.reads[0] = local_range(false, a, 16);
    push(facts, Queue::execute);
  }
  void preload(std::uint32_t b) {
    Facts facts;
    facts.kind = Kind::preload;
    facts.accumulates = true;
    facts.writes = local_range(true, 0, 16);
    facts.reads[0] = local_range(false, b, 16);
    push(facts, Queue::execute);
  }
  void configure() {
    Facts facts;
    facts.kind = Kind::config_ex;
    push(facts, Queue::execute);
  }
  std::uint64_t drain() { return pipeline_.drain(); }

  std::vector<TimedCommand> done;
  std::uint64_t time = start;

 private:
  Accelerator accelerator_;
  MemorySystem memory_{accelerator_.timing};
  Pipeline pipeline_{accelerator_, memory_};
};

std::uint64_t alone(void (Rig::*send)(std::uint32_t), std::uint32_t cols) {
  Rig rig;
  (rig.*send)(cols);
  rig.drain();
  REQUIRE(rig.done.size() == 1);
  return rig.done[0].complete - rig.done[0].issue;
}

std::uint64_t load_time(std::uint32_t cols) {
  Rig rig;
  rig.load(cols);
  rig.drain();
  REQUIRE(rig.done.size() == 1);
  return rig.done[0].complete - rig.done[0].issue;
}

void check_near(std::uint64_t modelled, double measured, double tolerance) {
  CAPTURE(modelled);
  CAPTURE(measured);
  CHECK(std::abs(static_cast<double>(modelled) - measured) <= tolerance);
}

}  // namespace

TEST_CASE("a load alone, from issue to completion") {
  check_near(load_time(16), 36, 2);
  check_near(load_time(32), 54, 3);
  check_near(load_time(64), 84, 2);
}

TEST_CASE("a row that repeats is read once") {
  Rig rig;
  Facts bias = transfer(Kind::mvin3, 16, 0x10000);
  bias.stride = 0;
  bias.row_bytes = 64;
  bias.writes = local_range(true, 0, 16);
  rig.push(bias, Queue::load);
  rig.drain();
  check_near(rig.done[0].complete - rig.done[0].issue, 38, 2);
}

TEST_CASE("zeros alone") {
  check_near(alone(&Rig::zeros, 16), 19, 1);
  check_near(alone(&Rig::zeros, 64), 67, 1);
}

TEST_CASE("a store alone") {
  check_near(alone(&Rig::store, 16), 24, 1);
  check_near(alone(&Rig::store, 64), 111, 3);
}

TEST_CASE("a stream of wide loads moves a beat a cycle") {
  Rig rig;
  for (std::uint32_t i = 0; i < 8; ++i) rig.load(64, 64 * i);
  rig.drain();
  check_near(rig.done.back().complete - rig.done.front().complete, 7 * 64.6, 10);
}

TEST_CASE("pairs of A and B in different banks take 16 cycles each, in the same bank 32") {
  for (const auto& [b, cycles] : {std::pair{4096U, 16}, {1024U, 32}}) {
    Rig rig;
    for (std::uint32_t i = 0; i < 40; ++i) rig.pair(16 * (i % 8), b + 16 * (i % 8));
    rig.drain();
    std::vector<std::uint64_t> fed;
    for (const auto& command : rig.done)
      if (command.facts.kind == Kind::compute_preloaded) fed.push_back(command.complete);
    REQUIRE(fed.size() == 40);
    check_near(fed[38] - fed[9], 29.0 * cycles, 2);  // the last pass takes no weights along
  }
}

TEST_CASE("zeros wait while results are added to their bank") {
  const auto time = [](std::uint32_t row) {
    Rig rig;
    for (std::uint32_t i = 0; i < 8; ++i) rig.pair(0, 4096);
    rig.time += 60;  // the first results are there
    rig.zeros(16, row);
    rig.drain();
    for (const auto& command : rig.done)
      if (command.facts.kind == Kind::mvin) return command.complete - command.issue;
    return std::uint64_t{0};
  };
  check_near(time(512), 19, 1);
  CHECK(time(16) > 60);
}

TEST_CASE("the first weights wait for their compute, and go in alone") {
  Rig rig;
  rig.preload(4096);
  rig.time += 100;
  rig.compute(0);
  rig.drain();
  const auto& compute = rig.done[0];
  REQUIRE(compute.facts.kind == Kind::compute_preloaded);
  check_near(compute.complete - compute.issue, 34, 1);
}

TEST_CASE("writes into the bank of one operand stop the other one too") {
  const auto time = [](std::uint32_t first, std::uint32_t second) {
    Rig rig;
    for (const auto row : {first, second}) rig.load(64, row);
    rig.time += 3;
    for (std::uint32_t i = 0; i < 8; ++i) rig.pair(16 * i, 4096 + 16 * i);
    rig.drain();
    std::uint64_t last = 0;
    for (const auto& command : rig.done)
      if (command.facts.kind == Kind::compute_preloaded) last = std::max(last, command.complete);
    return last - start;
  };
  const std::uint64_t free = time(8192, 12288);
  check_near(time(2048, 6144), static_cast<double>(free + 2 * 64), 6);  // one after the other: both count
  CHECK(time(2048, 8192) > free + 50);
  CHECK(time(2048, 8192) < free + 70);
}

TEST_CASE("a configuration between pairs drains the array") {
  Rig rig;
  for (std::uint32_t i = 0; i < 20; ++i) {
    rig.pair(0, 4096);
    rig.configure();
  }
  rig.drain();
  std::vector<std::uint64_t> fed;
  for (const auto& command : rig.done)
    if (command.facts.kind == Kind::compute_preloaded) fed.push_back(command.complete);
  check_near(fed[19] - fed[9], 10 * 70.8, 20);
}

TEST_CASE("a compute waits for the loads of its operands, a load for the compute that reads what it replaces") {
  Rig rig;
  rig.load(16, 0);
  rig.load(16, 4096);
  rig.pair(0, 4096);
  rig.load(16, 0);
  rig.drain();
  const auto find = [&](Kind kind, std::size_t skip) -> const TimedCommand& {
    for (const auto& command : rig.done)
      if (command.facts.kind == kind && skip-- == 0) return command;
    FAIL("no such command");
    return rig.done.front();
  };
  const auto& compute = find(Kind::compute_preloaded, 0);
  CHECK(compute.issue > find(Kind::mvin, 0).complete);
  CHECK(find(Kind::preload, 0).issue > find(Kind::mvin, 1).complete);
  CHECK(find(Kind::mvin, 2).issue > compute.complete);
}

TEST_CASE("any number of loads may come between a preload and its compute") {
  Rig rig;
  rig.preload(4096);
  for (std::uint32_t i = 0; i < 300; ++i) rig.load(16, 16 * (i % 64));
  rig.pair(0, 4096);
  rig.drain();
  CHECK(rig.done.size() == 303);
  for (const auto& command : rig.done) CHECK(command.complete != never);
}

TEST_CASE("a preload without a compute holds nothing up") {
  Rig rig;
  for (std::uint32_t i = 0; i < 40; ++i) rig.preload(0);
  rig.pair(0, 4096);
  CHECK(rig.drain() < start + 40 * 30 + 300);
}

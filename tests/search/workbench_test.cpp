#include "search/workbench.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace exogene;

TEST_CASE("each index is worked on once, by a lane that exists") {
  for (const std::size_t lanes : {1U, 2U, 4U, 7U})
    for (const std::size_t count : {0U, 1U, 3U, 200U}) {
      CAPTURE(lanes);
      CAPTURE(count);
      std::vector<std::atomic<int>> calls(count);
      std::atomic<std::size_t> highest = 0;
      in_lanes(lanes, count, [&](std::size_t lane, std::size_t index) {
        ++calls.at(index);
        if (lane >= lanes) highest = lane;
      });
      CHECK(highest == 0);
      CHECK(std::ranges::all_of(calls, [](const auto& times) { return times == 1; }));
    }
}

TEST_CASE("one lane works in order") {
  std::vector<std::size_t> order;
  in_lanes(1, 5, [&](std::size_t, std::size_t index) { order.push_back(index); });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a lane takes first what is at home there, then what is left of the others") {
  const std::vector<std::size_t> homes{5, 4, 1, 3, 0, 2, 3, 7};
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  std::atomic<bool> begun = false;
  std::atomic<bool> done = false;
  const auto wait_for = [](const std::atomic<bool>& event) {
    for (int i = 0; i < 5000 && !event; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  in_lanes(2, homes, [&](std::size_t lane, std::size_t index) {
    auto& order = lane == 0 ? first : second;
    order.push_back(index);
    if (lane == 0) begun = true;
    wait_for(lane == 0 ? done : begun);
    if (lane == 1 && second.size() == homes.size() - 1) done = true;
  });
  CHECK(first == std::vector<std::size_t>{1});
  CHECK(second == std::vector<std::size_t>{0, 2, 3, 6, 7, 4, 5});
}

TEST_CASE("lanes run at once, and none is used by two threads at once") {
  std::array<std::atomic<int>, 4> busy{};
  std::atomic<int> shared = 0;
  std::atomic<int> begun = 0;
  std::atomic<bool> together = false;
  in_lanes(4, 60, [&](std::size_t lane, std::size_t) {
    if (++busy.at(lane) > 1) ++shared;
    ++begun;
    // The first four meet; only lanes that run at once can.
    for (int i = 0; i < 5000 && begun < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (begun >= 4) together = true;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    --busy.at(lane);
  });
  CHECK(together);
  CHECK(shared == 0);
}

TEST_CASE("what a call throws comes out, and the calls not begun are left out") {
  std::vector<std::size_t> begun;
  CHECK_THROWS_WITH_AS(in_lanes(1, 10,
                                [&](std::size_t, std::size_t index) {
                                  begun.push_back(index);
                                  if (index == 3) throw std::out_of_range("third");
                                }),
                       "third", std::out_of_range);
  CHECK(begun == std::vector<std::size_t>{0, 1, 2, 3});
  int calls = 0;
  in_lanes(1, 2, [&](std::size_t, std::size_t) { ++calls; });
  CHECK(calls == 2);  // nothing is remembered
}

TEST_CASE("of several exceptions the one of the lowest index comes out") {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> begun = 0;
    std::mutex mutex;
    std::vector<std::size_t> thrown;
    std::string came_out;
    try {
      in_lanes(4, 50, [&](std::size_t, std::size_t index) {
        ++begun;
        for (int i = 0; i < 50000 && begun < 4; ++i) std::this_thread::sleep_for(std::chrono::microseconds(100));
        // The lower ones throw later.
        std::this_thread::sleep_for(std::chrono::microseconds(300 * (3 - std::min<std::size_t>(index, 3))));
        {
          const std::lock_guard lock(mutex);
          thrown.push_back(index);
        }
        throw std::runtime_error(std::to_string(index));
      });
    } catch (const std::runtime_error& error) {
      came_out = error.what();
    }
    REQUIRE(thrown.size() >= 4);
    CHECK(came_out == std::to_string(*std::ranges::min_element(thrown)));
  }
}

TEST_CASE("a workbench is not stopped unless it says so") {
  CHECK_FALSE(Workbench{}.stopped());
}

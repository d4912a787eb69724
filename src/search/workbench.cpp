#include "search/workbench.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <mutex>
#include <numeric>
#include <optional>

namespace exogene {
namespace {

/// The indices that no lane has taken yet.
class Queue {
 public:
  Queue(std::size_t lanes, const std::vector<std::size_t>& homes) : homes_(homes), left_(homes.size()) {
    std::iota(left_.begin(), left_.end(), 0U);
    for (auto& home : homes_) home %= lanes;
  }

  /// The next index whose home is the lane, or any when there is none; nullopt when all are taken.
  std::optional<std::size_t> next(std::size_t lane) {
    const std::lock_guard lock(mutex_);
    if (left_.empty()) return std::nullopt;
    auto found = std::ranges::find_if(left_, [&](std::size_t index) { return homes_[index] == lane; });
    if (found == left_.end()) found = left_.begin();
    const auto index = *found;
    left_.erase(found);
    return index;
  }

 private:
  std::vector<std::size_t> homes_;
  std::vector<std::size_t> left_;  ///< in ascending order
  std::mutex mutex_;
};

}  // namespace

void in_lanes(std::size_t lanes, const std::vector<std::size_t>& homes,
              const std::function<void(std::size_t, std::size_t)>& work) {
  Queue queue(lanes, homes);
  std::exception_ptr failure;
  std::size_t failed_index = homes.size();
  std::mutex mutex;
  std::atomic<bool> failed = false;
#pragma omp parallel num_threads(static_cast <int>(lanes))
  {
    const auto lane = static_cast<std::size_t>(omp_get_thread_num());
    while (const auto index = failed ? std::nullopt : queue.next(lane)) {
      try {
        work(lane, *index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failed = true;
        if (*index < failed_index) {
          failed_index = *index;
          failure = std::current_exception();
        }
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void in_lanes(std::size_t lanes, std::size_t count, const std::function<void(std::size_t, std::size_t)>& work) {
  std::vector<std::size_t> homes(count);
  std::iota(homes.begin(), homes.end(), 0U);
  in_lanes(lanes, homes, work);
}

Finished each(const Workbench& workbench, const std::vector<Individual>& individuals,
              const std::function<bool(std::size_t, Individual&)>& work) {
  const auto start = [&](std::size_t process) {
    return individuals.begin() + static_cast<std::ptrdiff_t>(individuals.size() * process / workbench.processes);
  };
  Finished ours(std::in_place, start(workbench.process), start(workbench.process + 1));
  std::vector<std::size_t> homes;
  std::ranges::transform(*ours, std::back_inserter(homes), &Individual::slot);
  std::atomic<bool> stopped = false;
  in_lanes(workbench.lanes, homes, [&](std::size_t lane, std::size_t index) {
    if (!stopped && !work(lane, (*ours)[index])) stopped = true;
  });
  if (stopped) ours.reset();
  return workbench.gather(std::move(ours));
}

}  // namespace exogene

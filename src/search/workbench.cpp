#include "search/workbench.hpp"

#include <omp.h>

#include <atomic>
#include <exception>
#include <mutex>

namespace exogene {

void in_lanes(std::size_t lanes, std::size_t count, const std::function<void(std::size_t, std::size_t)>& work) {
  std::exception_ptr failure;
  std::size_t failed_index = count;
  std::mutex mutex;
  std::atomic<bool> failed = false;
#pragma omp parallel for schedule(dynamic, 1) num_threads(static_cast <int>(lanes))
  for (std::size_t index = 0; index < count; ++index) {
    if (failed) continue;
    try {
      work(static_cast<std::size_t>(omp_get_thread_num()), index);
    } catch (...) {
      const std::lock_guard lock(mutex);
      failed = true;
      if (index < failed_index) {
        failed_index = index;
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

Finished each(const Workbench& workbench, const std::vector<Individual>& individuals,
              const std::function<bool(std::size_t, Individual&)>& work) {
  const auto start = [&](std::size_t process) {
    return individuals.begin() + static_cast<std::ptrdiff_t>(individuals.size() * process / workbench.processes);
  };
  Finished ours(std::in_place, start(workbench.process), start(workbench.process + 1));
  std::atomic<bool> stopped = false;
  in_lanes(workbench.lanes, ours->size(), [&](std::size_t lane, std::size_t index) {
    if (!stopped && !work(lane, (*ours)[index])) stopped = true;
  });
  if (stopped) ours.reset();
  return workbench.gather(std::move(ours));
}

}  // namespace exogene

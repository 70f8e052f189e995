// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>
#include <vector>

namespace tidegate {

std::size_t usable_processors() {
  cpu_set_t set;
  const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
  const std::size_t count = known ? static_cast<std::size_t>(CPU_COUNT(&set)) : std::thread::hardware_concurrency();
  return std::max<std::size_t>(count, 1);
}

std::size_t thread_count() { return std::min<std::size_t>(usable_processors(), 8); }

void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work, std::size_t at_once) {
  const std::size_t batch = std::max<std::size_t>(at_once, 1);
  const std::size_t threads = std::min(thread_count(), (count + batch - 1) / batch);
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto take = [&] {
    for (std::size_t begin = next.fetch_add(batch); begin < count; begin = next.fetch_add(batch)) {
      try {
        for (std::size_t i = begin; i < std::min(begin + batch, count); ++i) work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(take);
  take();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

Worker::Worker(std::size_t limit) : limit_(limit), thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  given_.notify_one();
  thread_.join();
}

void Worker::add(std::function<void()> job) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [this] { return jobs_.size() < limit_; });
  jobs_.push_back(std::move(job));
  lock.unlock();
  given_.notify_one();
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    given_.wait(lock, [this] { return !jobs_.empty() || stopping_; });
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    taken_.notify_one();
    job();
    lock.lock();
  }
}

}  // namespace tidegate

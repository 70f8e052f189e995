// SPDX-License-Identifier: Apache-2.0
// Work on several processors with the result of one: callers give every piece of work a place of
// its own for what it finds and put those together in order, so that neither the number of
// processors nor their timing shows in any output.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tidegate {

// Those that this process may use, at least 1: taskset or a container may leave it fewer than there are.
std::size_t usable_processors();

// How many threads share the work of for_each_index: one for each usable processor, but at most 8.
std::size_t thread_count();

// Calls work(0) … work(count - 1), each once, on at most thread_count() threads; returns when all are
// done. They begin in order, and a thread that is free takes the next `at_once` of them: 1 where one
// may take long. An exception stops the rest and is thrown here.
void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work, std::size_t at_once = 8);

// One thread that does jobs in the order they were given. At most `limit` wait; add() blocks until
// there is room.
class Worker {
 public:
  explicit Worker(std::size_t limit);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  // finishes what was added

  void add(std::function<void()> job);  // a job that can fail is a packaged_task: it must not throw

 private:
  void run();

  const std::size_t limit_;
  std::mutex mutex_{};
  std::condition_variable given_{};  // the thread waits for it
  std::condition_variable taken_{};  // add() does
  std::deque<std::function<void()>> jobs_{};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tidegate

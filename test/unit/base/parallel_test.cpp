// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace tidegate {
namespace {

TEST(ForEachIndex, calls_every_index_once) {
  for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 1000U}) {
    std::vector<std::atomic<int>> calls(count);
    for_each_index(count, [&](std::size_t i) { ++calls[i]; });
    for_each_index(count, [&](std::size_t i) { ++calls[i]; }, 1);
    for_each_index(count, [&](std::size_t i) { ++calls[i]; }, 0);
    for (const auto& call : calls) EXPECT_EQ(call, 3) << count;
  }
}

TEST(ForEachIndex, hands_an_exception_on) {
  std::atomic<int> calls = 0;
  const auto work = [&](std::size_t i) {
    ++calls;
    if (i == 20) throw std::runtime_error("twenty");
  };
  EXPECT_THROW(for_each_index(1000, work), std::runtime_error);
  EXPECT_LE(calls, 1000);
}

TEST(UsableProcessors, are_those_that_the_process_may_use) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(usable_processors(), static_cast<std::size_t>(CPU_COUNT(&before)));
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(usable_processors(), 1U);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

TEST(Worker, does_jobs_in_order) {
  std::vector<int> done;
  {
    Worker worker(2);
    for (int i = 0; i < 100; ++i) worker.add([&done, i] { done.push_back(i); });
  }  // the destructor finishes what was added
  ASSERT_EQ(done.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace tidegate

// SPDX-License-Identifier: Apache-2.0
#include "system/memory.hpp"

#include <malloc.h>

#include <mutex>
#include <utility>
#include <vector>

#include "base/parallel.hpp"

namespace tidegate::system {

void trim_heap() { malloc_trim(0); }

void share_heaps() {
  mallopt(M_ARENA_MAX, static_cast<int>(thread_count()));
}

void leave_to_exit(std::shared_ptr<const void> object) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::shared_ptr<const void>>;  // never destroyed
  const std::lock_guard lock(mutex);
  kept.push_back(std::move(object));
}

}  // namespace tidegate::system

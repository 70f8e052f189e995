// SPDX-License-Identifier: Apache-2.0
#include "system/memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>

namespace tidegate::system {

void trim_heap() { malloc_trim(0); }

void share_heaps() {
  mallopt(M_ARENA_MAX, static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U)));
}

}  // namespace tidegate::system

// SPDX-License-Identifier: Apache-2.0
#include "system/memory.hpp"

#include <malloc.h>

#include "base/parallel.hpp"

namespace tidegate::system {

void trim_heap() { malloc_trim(0); }

void share_heaps() {
  mallopt(M_ARENA_MAX, static_cast<int>(thread_count()));
}

}  // namespace tidegate::system

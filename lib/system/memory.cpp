// SPDX-License-Identifier: Apache-2.0
#include "system/memory.hpp"

#include <malloc.h>

namespace tidegate::system {

void trim_heap() { malloc_trim(0); }

}  // namespace tidegate::system

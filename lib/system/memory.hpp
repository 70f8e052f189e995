// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace tidegate::system {

// Gives memory of the heap that is no longer used back to the operating system; for a program that
// first reads much and then only writes.
void trim_heap();

// At most one heap for each processor, at the start of a program: threads that come one after the
// other share them, instead of leaving a half empty one each.
void share_heaps();

// Keeps a large object until the process ends, for a command that has nothing else to do: its memory goes with
// the process, and hundreds of thousands of parts are not taken apart one by one.
void leave_to_exit(std::shared_ptr<const void> object);

}  // namespace tidegate::system

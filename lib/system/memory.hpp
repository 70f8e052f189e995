// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tidegate::system {

// Gives memory of the heap that is no longer used back to the operating system; for a program that
// first reads much and then only writes.
void trim_heap();

// At most one heap for each processor, at the start of a program: threads that come one after the
// other share them, instead of leaving a half empty one each.
void share_heaps();

}  // namespace tidegate::system

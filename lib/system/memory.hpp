// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tidegate::system {

// Gives memory of the heap that is no longer used back to the operating system; for a program that
// first reads much and then only writes.
void trim_heap();

}  // namespace tidegate::system

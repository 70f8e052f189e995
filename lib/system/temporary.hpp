// SPDX-License-Identifier: Apache-2.0
// Where files that nobody keeps are made.
#pragma once

#include <string>

namespace tidegate::system {

// $TMPDIR, else /tmp; absolute, so it stays the same place for programs that run elsewhere.
std::string temporary_folder();

}  // namespace tidegate::system

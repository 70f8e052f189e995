// SPDX-License-Identifier: Apache-2.0
// How a deleted object could be brought back, from its own settings before the change. For texts only.
#pragma once

#include <string>

#include "policy/subject.hpp"

namespace tidegate::policy {

// Empty when nothing is known about the type.
std::string recovery_of(const Subject& subject);

}  // namespace tidegate::policy

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate {

// `target` as seen from `folder`, without empty parts, `.` and `..`: "libs/core" and "../pom.xml" give "libs/pom.xml".
// Nothing if it leads out of the tree whose top `folder` is relative to.
std::optional<std::string> resolve_path(std::string_view folder, std::string_view target);

}  // namespace tidegate

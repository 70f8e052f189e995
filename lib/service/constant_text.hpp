// SPDX-License-Identifier: Apache-2.0
// The constant part of a Data Factory text: literals, interpolations and `concat` of constants,
// `toLower`, `toUpper`, `trim`, `replace`, and parameters whose value is known (adf.md, section 5).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::service {

struct ConstantText {
  std::string text{};      // up to the first part that is known at run time only
  bool complete = true;    // there is no such part
};

// The text of `dataset().<name>`, if it is known.
using ParameterValue = std::function<std::optional<std::string>(std::string_view name)>;

ConstantText fold_text(std::string_view value, const ParameterValue& parameter);

}  // namespace tidegate::service

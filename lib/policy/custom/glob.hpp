// SPDX-License-Identifier: Apache-2.0
// Globs over addresses: `*` is anything inside one step, `**` anything. Brackets, quotes, `?` and
// all else are literal; a separator inside brackets separates nothing: t.n["a.b"] has two steps.
#pragma once

#include <string_view>

namespace tidegate::policy::custom {

bool matches_address(std::string_view glob, std::string_view address);  // steps end at '.'
bool matches_name(std::string_view glob, std::string_view name, char separator = '/');

}  // namespace tidegate::policy::custom

// SPDX-License-Identifier: Apache-2.0
// Patterns over addresses of a plan, `module.lake.azurerm_storage_container.zone["raw"]`, and over names.
//   *    any text inside one step; the steps of an address are parted by the dots outside of quotes
//   **   any text
//   \*   a star; keys of for_each may hold one
// Everything else stands for itself: dots, quotes, brackets, backslashes.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::policy {

bool matches_address(std::string_view glob, std::string_view address);

// The same over a name whose steps are parted by `separator`: types, providers, tags.
bool matches_name(std::string_view glob, std::string_view name, char separator = '/');

bool has_wildcard(std::string_view glob);

// Nothing but stars, dots and the word `module`: it would match whatever comes.
bool is_overbroad(std::string_view glob);

// The pattern that matches this address only.
std::string exact_glob(std::string_view address);

}  // namespace tidegate::policy

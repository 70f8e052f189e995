// SPDX-License-Identifier: Apache-2.0
// TOML 1.0 text -> its strings. Enough for files in which a platform says something about what it builds: numbers,
// dates, arrays and their content are read over. docs/decisions/0044 says why no library does it.
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"

namespace tidegate::document {

// Names of tables and keys joined by '.', decoded: "source.version.commit". Those below arrays are left out, and so
// are those with a '.' inside a quoted name.
using TomlStrings = std::map<std::string, std::string, std::less<>>;

// Codes: document.invalid-toml (a key twice and text above 1 MiB, too), document.too-deep, document.invalid-utf8.
Result<TomlStrings> read_toml_strings(const std::string& file, std::string_view text);

}  // namespace tidegate::document

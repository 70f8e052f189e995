// SPDX-License-Identifier: Apache-2.0
// Text -> YAML.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::document {

// Appends a scalar in double quotes that YAML 1.1 and 1.2 read as `text`: the escapes of JSON, and
// what YAML calls no printable character, or takes for a line break (DEL, U+0080 to U+009F, U+2028,
// U+2029, U+FEFF). `text` is UTF-8.
void append_yaml_string(std::string& out, std::string_view text);

// Whether `text` holds something that only double quotes can write.
bool needs_yaml_escapes(std::string_view text);

}  // namespace tidegate::document

// SPDX-License-Identifier: Apache-2.0
// Secrets in clear inside texts of Data Factory objects: keys and passwords of connection strings,
// queries of URLs and forms, passwords before the host of a URL, members of JSON bodies, lines of
// headers, tokens, clauses of SQL (base/sql_secret). What an expression computes at run time is
// none, what it holds as a constant may be one. Placeholders (`<key>`, `***`, `${KEY}`, `your-key`)
// and empty values are none.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::adf {

// Any string of an object, expressions included.
bool holds_secret(std::string_view text);

// The value of a header: of Authorization, x-functions-key, Cookie and their like any value in
// clear.
bool is_secret_header(std::string_view name, std::string_view value);

// The value of a property whose name says that it is a secret (is_secret_name).
bool is_secret_value(std::string_view value);

// `password`, `client_secret`, `apiKey` …: without case, `_` and `-`.
bool is_secret_name(std::string_view name);

// The text with its constants in place; each part that is computed at run time is one `computed`.
constexpr char computed = '\x01';
std::string flatten_expressions(std::string_view text);

}  // namespace tidegate::adf

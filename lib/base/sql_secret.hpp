// SPDX-License-Identifier: Apache-2.0
// Literals of SQL that are secrets by the clause they stand in: `CREATE LOGIN a WITH PASSWORD =
// '…'`, `IDENTIFIED BY '…'`, `IDENTITY = '…', SECRET = '…'`, `COPY INTO … CREDENTIAL
// (AZURE_SAS_TOKEN = '…')`, `OPTIONS (password '…')`. A comparison (`WHERE password = '…'`) or an
// assignment of a column is none. Dialects: Transact-SQL, Spark SQL, Snowflake, Redshift,
// PostgreSQL, MySQL, Oracle.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tidegate {

// Every clause begins with one of these, in any case.
inline constexpr std::array<std::string_view, 9> sql_secret_words{
    "password",          "old_password",      "secret",
    "identified",        "azure_sas_token",   "aws_secret_key",
    "aws_session_token", "secret_access_key", "aws_secret_access_key"};

struct SqlSecret {
  std::string_view kind{};   // "password", "credential"
  std::string_view value{};  // as written, not empty; no parameter (`:p`, `?`, `@p`, `$p`, `&p`)
};

// `here` starts with one of the words; `before` is what stands in front of it, the last 256 bytes
// are enough. Quotes may be escaped by \ or doubled.
std::optional<SqlSecret> find_sql_secret(std::string_view before, std::string_view here);

// Whether the text may end in the middle of such a clause: its last word, behind which only blanks,
// quotes and `=` stand, is one that values follow. No for nearly all.
bool may_precede_sql_secret(std::string_view before);

}  // namespace tidegate

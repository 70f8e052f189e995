// SPDX-License-Identifier: Apache-2.0
// Text helpers without locale: ASCII case, UTF-8 checks, nearest names, file globs.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string to_lower(std::string_view text);                   // ASCII letters only
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
std::string_view trim(std::string_view text);                  // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts
// The parts would point into a text that is gone.
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split(Temporary&& text, char separator) = delete;
std::string join(std::span<const std::string> parts, std::string_view separator);

// Offset of the first byte that is not well-formed UTF-8 (RFC 3629), or nothing.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);

// The candidate with the smallest edit distance to `word` without case, if it is near enough to
// be a typing error (at most a third of the word's length, at least 1).
std::optional<std::string> find_nearest(std::string_view word, std::span<const std::string> candidates);

// `*` and `?` inside one path segment, `**` across segments; everything else is literal.
bool matches_glob(std::string_view glob, std::string_view path);

// Control characters, lone invalid bytes and bidirectional overrides as \u00XX: for terminals.
std::string printable(std::string_view text);

// At most about `most` bytes of UTF-8 text, cut between characters, with "…" where something is cut.
std::string shortened(std::string_view text, std::size_t most);

// Lower-case hex of bytes.
std::string to_hex(std::span<const std::uint8_t> bytes);

// "1 file", "3 files".
std::string counted(std::size_t number, std::string_view singular, std::string_view plural = {});

// Path helpers on '/'-separated relative paths.
std::string_view file_name(std::string_view path);    // after the last '/'
std::string_view parent_path(std::string_view path);  // before the last '/', "" at the top
std::string_view file_stem(std::string_view path);    // file name without its last extension
std::string join_path(std::string_view folder, std::string_view name);  // "" folder: just name

}  // namespace tidegate

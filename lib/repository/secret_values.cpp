// SPDX-License-Identifier: Apache-2.0
#include "repository/secret_values.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace tidegate::repository {

namespace {

constexpr std::array<std::string_view, 22> stand_ins{
    "example",  "changeme",  "change_me", "change-me", "placeholder", "your",
    "dummy",    "redacted",  "masked",    "sample",    "todo",        "secret_",
    "xxxx",     "insert",    "replace",   "fake",      "123456",      "abcdefg",
    "keyvault", "key-vault", "testtest",  "00000000"};

struct Letters {
  explicit Letters(std::string_view text) {
    for (const char c : text) {
      const bool is_lower = c >= 'a' && c <= 'z', is_upper = c >= 'A' && c <= 'Z',
                 is_digit = c >= '0' && c <= '9';
      lower += is_lower;
      upper += is_upper;
      digits += is_digit;
      marks += std::string_view("!@#$%^&*~+=/?").find(c) != std::string_view::npos;
      others += !is_lower && !is_upper && !is_digit;
      strange += static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) >= 0x7F;
    }
  }
  std::size_t lower = 0, upper = 0, digits = 0;
  std::size_t marks = 0;  // that no name of a program has
  std::size_t others = 0;
  std::size_t strange = 0;  // blanks, control characters, no ASCII
};

std::size_t distinct(std::string_view text) {
  std::array<bool, 256> seen{};
  std::size_t count = 0;
  for (const char c : text) {
    bool& mark = seen[static_cast<unsigned char>(c)];
    count += mark ? 0U : 1U;
    mark = true;
  }
  return count;
}

// settings.password, os.environ
bool is_chain(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

bool is_guid(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

}  // namespace

bool is_varied(std::string_view text) { return distinct(text) >= 10; }

bool is_placeholder(std::string_view text) {
  if (text.empty() || std::string_view("<$@*{[(#%").find(text[0]) != std::string_view::npos)
    return true;
  for (const std::string_view mark : {"${", "@{", "{{", "***", "...", "__", "%(", "<"})
    if (text.find(mark) != std::string_view::npos) return true;
  const std::string lower = to_lower(text);
  return std::any_of(stand_ins.begin(), stand_ins.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool is_password(std::string_view text, bool bare) {
  if (text.size() < 8 || text.size() > 128 || is_placeholder(text) || distinct(text) < 6)
    return false;
  const Letters all(text);
  if (all.strange > 0 || all.digits == 0 || all.lower + all.upper == 0) return false;
  if (is_guid(text) || text.starts_with("http") || text.find("://") != std::string_view::npos)
    return false;
  const bool made = all.lower > 0 && all.upper > 0 && text.size() >= 20;
  if (bare && (is_chain(text) || (all.marks == 0 && !made))) return false;
  return all.marks > 0 || (all.lower > 0 && all.upper > 0 && all.digits > 0 && !is_chain(text));
}

bool is_made_secret(std::string_view text, bool bare) {
  if (text.size() < 16 || text.size() > 200 || is_placeholder(text) || !is_varied(text))
    return false;
  const Letters all(text);
  if (all.strange > 0 || is_guid(text) || (bare && is_chain(text))) return false;
  if (text.find("://") != std::string_view::npos || text.starts_with('/')) return false;
  return all.lower > 0 && all.upper > 0 && all.digits > 1 && all.others <= text.size() / 4;
}

bool is_basic_login(std::string_view text) {
  std::string plain;
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return false;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    plain += static_cast<char>(bits >> held & 0xFFU);
  }
  const std::size_t colon = plain.find(':');
  if (colon == std::string::npos || colon == 0 || Letters(plain).strange > 0) return false;
  const std::string_view password = std::string_view(plain).substr(colon + 1);
  return password.size() >= 6 && !is_placeholder(password) && distinct(password) >= 5 &&
         Letters(password).digits > 0;
}

}  // namespace tidegate::repository

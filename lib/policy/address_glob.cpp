// SPDX-License-Identifier: Apache-2.0
// One row of a table per token of the pattern: which prefixes of the address it can match. Time is
// pattern times address whatever the pattern is, so no pattern is slow.
#include "policy/address_glob.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace tidegate::policy {

namespace {

enum class Token { text, star, stars };

// The token at `at`, which is moved behind it; `c` is the byte of a text.
Token next_token(std::string_view glob, std::size_t& at, char& c) {
  if (glob[at] == '\\' && at + 1 < glob.size() && glob[at + 1] == '*') {
    c = '*';
    at += 2;
    return Token::text;
  }
  if (glob[at] != '*') {
    c = glob[at++];
    return Token::text;
  }
  const std::size_t begin = at;
  while (at < glob.size() && glob[at] == '*') ++at;
  return at - begin == 1 ? Token::star : Token::stars;
}

// Which bytes of the address part its steps.
std::vector<bool> separators(std::string_view address) {
  std::vector<bool> out(address.size());
  bool quoted = false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (quoted && address[i] == '\\')
      ++i;
    else if (address[i] == '"')
      quoted = !quoted;
    else
      out[i] = !quoted && address[i] == '.';
  }
  return out;
}

// The text before the first star tells most apart.
bool differ_at_once(std::string_view glob, std::string_view text) {
  const std::string_view plain = glob.substr(0, glob.find_first_of("*\\"));
  return plain.size() == glob.size() ? plain != text : !text.starts_with(plain);
}

bool matches(std::string_view glob, std::string_view text, const std::vector<bool>& separates) {
  std::vector<bool> reached(text.size() + 1);  // prefixes that the tokens so far can match
  std::vector<bool> next(text.size() + 1);
  reached[0] = true;
  for (std::size_t at = 0; at < glob.size();) {
    char c = 0;
    const Token token = next_token(glob, at, c);
    next.assign(text.size() + 1, false);
    if (token != Token::text) next[0] = reached[0];
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (token == Token::text)
        next[i + 1] = reached[i] && text[i] == c;
      else
        next[i + 1] = reached[i + 1] || (next[i] && (token == Token::stars || !separates[i]));
    }
    if (std::find(next.begin(), next.end(), true) == next.end()) return false;
    reached.swap(next);
  }
  return reached[text.size()];
}

}  // namespace

bool matches_address(std::string_view glob, std::string_view address) {
  if (glob == address) return true;  // as pasted, whatever its keys hold
  return !differ_at_once(glob, address) && matches(glob, address, separators(address));
}

bool matches_name(std::string_view glob, std::string_view name, char separator) {
  if (differ_at_once(glob, name)) return false;
  std::vector<bool> separates(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) separates[i] = name[i] == separator;
  return matches(glob, name, separates);
}

bool has_wildcard(std::string_view glob) {
  for (std::size_t at = 0; at < glob.size();) {
    char c = 0;
    if (next_token(glob, at, c) != Token::text) return true;
  }
  return false;
}

bool is_overbroad(std::string_view glob) {
  if (!has_wildcard(glob)) return false;
  const std::vector<std::string_view> steps = split(glob, '.');
  return std::all_of(steps.begin(), steps.end(), [](std::string_view step) {
    return step == "module" || std::none_of(step.begin(), step.end(), [](char c) {
             const char low = ascii_lower(c);
             return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9');
           });
  });
}

std::string exact_glob(std::string_view address) {
  std::string out;
  for (const char c : address) {
    if (c == '*') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace tidegate::policy

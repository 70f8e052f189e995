// SPDX-License-Identifier: Apache-2.0
#include "base/sql_secret.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate {

namespace {

constexpr std::size_t nearby = 256;         // bytes in front in which a clause must have begun
constexpr std::size_t longest_value = 256;  // a token of a day; what is longer is text

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_quote(char c) { return c == '\'' || c == '"'; }

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words,
                             [&](std::string_view one) { return equal_ignoring_case(word, one); });
}

// Blanks, also written \n and \t.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  for (;;) {
    if (at < text.size() && is_blank(text[at])) {
      ++at;
    } else if (at + 1 < text.size() && text[at] == '\\' &&
               std::string_view("nrt").find(text[at + 1]) != std::string_view::npos) {
      at += 2;
    } else {
      return at;
    }
  }
}

std::string_view word_at(std::string_view text, std::size_t at) {
  const auto end = std::find_if_not(
      text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size())), text.end(), is_word);
  return text.substr(std::min(at, text.size()),
                     static_cast<std::size_t>(end - text.begin()) - std::min(at, text.size()));
}

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view last_word(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin);
}

// Where the word stands last, by itself; npos: nowhere.
std::size_t find_last_word(std::string_view text, std::string_view word) {
  for (std::size_t end = text.size(); end >= word.size(); --end) {
    const std::size_t at = end - word.size();
    if (!equal_ignoring_case(text.substr(at, word.size()), word)) continue;
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return at;
  }
  return std::string_view::npos;
}

bool has_word(std::string_view text, std::string_view word) {
  return find_last_word(text, word) != std::string_view::npos;
}

// CREATE USER a …, ALTER DATABASE SCOPED CREDENTIAL b …: the statement is about who may log in.
bool defines_access(std::string_view before) {
  constexpr std::array<std::string_view, 11> objects{
      "login", "user",        "role",      "credential", "connection", "master",
      "group", "certificate", "symmetric", "asymmetric", "secret"};
  std::size_t head = std::string_view::npos;
  for (const std::string_view verb : {"create", "alter"}) {
    const std::size_t at = find_last_word(before, verb);
    if (at != std::string_view::npos && (head == std::string_view::npos || at > head)) head = at;
  }
  if (head == std::string_view::npos) return false;
  const std::string_view statement = before.substr(head);
  if (statement.find(';') != std::string_view::npos) return false;
  for (const std::string_view other :
       {"select", "where", "insert", "update", "merge", "table", "view"})
    if (has_word(statement, other)) return false;
  return std::ranges::any_of(objects,
                             [&](std::string_view object) { return has_word(statement, object); });
}

// OPTIONS ( … , CREDENTIAL = ( … : the list that is open. Not `.options(` of a program.
bool in_list_of(std::string_view before) {
  std::size_t depth = 0;
  for (std::size_t i = before.size(); i-- > 0;) {
    if (before[i] == ')') ++depth;
    if (before[i] != '(' || depth-- > 0) continue;
    std::string_view name = trim_end(before.substr(0, i));
    if (name.ends_with('=')) name = trim_end(name.substr(0, name.size() - 1));
    const std::string_view word = last_word(name);
    const bool of_program = word.size() < name.size() && name[name.size() - word.size() - 1] == '.';
    return !of_program &&
           is_any(word, std::array<std::string_view, 3>{"options", "credential", "credentials"});
  }
  return false;
}

struct Literal {
  std::string_view value{};
  bool quoted = false;
};

// At `at`, behind blanks: '…', "…", N'…', ''…'' inside of a literal, \'…\' inside of a string.
std::optional<Literal> read_quoted(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  if (at < text.size() && (text[at] == 'n' || text[at] == 'N')) ++at;
  while (at < text.size() && text[at] == '\\') ++at;
  if (at >= text.size() || !is_quote(text[at])) return std::nullopt;
  const char quote = text[at++];
  std::string_view end(&quote, 1);
  const char doubled[] = {quote, quote};
  if (at + 1 < text.size() && text[at] == quote && is_word(text[at + 1])) {
    end = {doubled, 2};
    ++at;
  }
  const std::size_t size = text.substr(at).find(end);
  if (size == std::string_view::npos) return std::nullopt;  // not closed
  std::string_view value = text.substr(at, size);
  while (value.ends_with('\\')) value.remove_suffix(1);
  if (value.size() > longest_value || value.find('\n') != std::string_view::npos)
    return std::nullopt;
  return Literal{.value = value, .quoted = true};
}

std::optional<SqlSecret> secret(std::string_view kind, const std::optional<Literal>& literal) {
  if (!literal || literal->value.empty()) return std::nullopt;
  const char first = literal->value.front();
  if (std::string_view(":?@$&{<").find(first) != std::string_view::npos) return std::nullopt;
  return SqlSecret{.kind = kind, .value = literal->value};
}

// IDENTITY = '…' in front, as in every CREDENTIAL of Transact-SQL.
bool follows_identity(std::string_view before) {
  constexpr std::string_view word = "identity";
  const std::size_t found = find_last_word(before, word);
  if (found == std::string_view::npos) return false;
  const std::size_t at = skip_blanks(before, found + word.size());
  return at < before.size() && before[at] == '=' && read_quoted(before, at + 1).has_value();
}

// IDENTIFIED [WITH plugin] BY [VALUES | PASSWORD] literal, or a bare word of Oracle.
std::optional<SqlSecret> read_identified(std::string_view before, std::string_view here,
                                         std::size_t at) {
  at = skip_blanks(here, at);
  std::string_view word = word_at(here, at);
  if (equal_ignoring_case(word, "with")) {
    at = skip_blanks(here, at + word.size());
    while (at < here.size() && !is_blank(here[at])) ++at;
    at = skip_blanks(here, at);
    word = word_at(here, at);
  }
  if (!equal_ignoring_case(word, "by")) return std::nullopt;
  at = skip_blanks(here, at + word.size());
  word = word_at(here, at);
  const bool is_hash = equal_ignoring_case(word, "values") || equal_ignoring_case(word, "password");
  if (is_hash) at += word.size();
  if (const auto literal = read_quoted(here, at)) return secret("password", literal);
  if (is_hash || word.empty() || !defines_access(before)) return std::nullopt;
  return secret("password", Literal{.value = word});
}

}  // namespace

std::optional<SqlSecret> find_sql_secret(std::string_view before, std::string_view here) {
  before = before.substr(before.size() - std::min(before.size(), nearby));
  if (!before.empty() && is_word(before.back())) {
    const std::size_t n = before.size();
    if (n < 2 || before[n - 2] != '\\') return std::nullopt;  // \n in front is no part of the word
  }
  if (!before.empty() &&
      std::string_view("$@:&{.-#%").find(before.back()) != std::string_view::npos)
    return std::nullopt;
  const std::string_view word = word_at(here, 0);
  if (!is_any(word, sql_secret_words)) return std::nullopt;
  if (equal_ignoring_case(word, "identified")) return read_identified(before, here, word.size());
  std::size_t at = skip_blanks(here, word.size());
  const bool equals = at < here.size() && here[at] == '=';
  if (!equals && at == word.size()) return std::nullopt;  // the word is the end of a literal
  if (equals) ++at;
  const std::optional<Literal> literal = read_quoted(here, at);
  const std::string_view previous = last_word(trim_end(before));
  if (equal_ignoring_case(word, "password") || equal_ignoring_case(word, "old_password")) {
    constexpr std::array<std::string_view, 2> ahead{"with", "by"};
    const bool clause = (equals && is_any(previous, ahead)) ||
                        (!equals && equal_ignoring_case(previous, "encrypted"));
    if (!clause && !defines_access(before) && !in_list_of(before)) return std::nullopt;
    return secret("password", literal);
  }
  if (equal_ignoring_case(word, "secret")) {
    const std::string_view front = trim_end(before);
    const bool in_clause =
        front.ends_with(',') || front.ends_with('(') || equal_ignoring_case(previous, "with");
    if (!equals || !in_clause ||
        (!follows_identity(before) && !in_list_of(before) && !defines_access(before)))
      return std::nullopt;
    return secret("credential", literal);
  }
  constexpr std::size_t least = 16;  // outside of a clause: made by a machine
  if (literal)
    return in_list_of(before) || literal->value.size() >= least ? secret("credential", literal)
                                                                : std::nullopt;
  const std::string_view bare =
      equals ? here.substr(
                   at, std::min(here.substr(at).find_first_of(" \t\r\n;'\",)&"), here.size() - at))
             : std::string_view();  // aws_secret_access_key=… in a text of Redshift
  return bare.size() < least ? std::nullopt : secret("credential", Literal{.value = bare});
}

bool may_precede_sql_secret(std::string_view before) {
  std::size_t end = before.size();
  while (end > 0 && (is_blank(before[end - 1]) || is_quote(before[end - 1]) ||
                     before[end - 1] == '=' || before[end - 1] == '\\'))
    --end;
  before = before.substr(0, end);
  if ((before.ends_with('N') || before.ends_with('n')) && before.size() > 1 &&
      (is_blank(before[end - 2]) || before[end - 2] == '='))
    return may_precede_sql_secret(before.substr(0, end - 1));
  const std::string_view word = last_word(before);
  return word.size() >= 2 && (is_any(word, sql_secret_words) ||
                              is_any(word, std::array<std::string_view, 2>{"by", "values"}));
}

}  // namespace tidegate

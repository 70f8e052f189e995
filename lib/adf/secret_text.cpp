// SPDX-License-Identifier: Apache-2.0
#include "adf/secret_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "adf/expression.hpp"
#include "base/sql_secret.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_token(char c) {
  return is_word(c) || std::string_view("-.~+/=%").find(c) != std::string_view::npos;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// ---- expressions ----

// Functions that give back what they get, as far as secrets are concerned.
constexpr std::array<std::string_view, 10> transparent{
    "base64",       "string",         "tolower",
    "toupper",      "trim",           "json",
    "uricomponent", "base64tobinary", "encodeuricomponent",
    "binary"};

class Flattener {
 public:
  explicit Flattener(const ParsedText& parsed) : parsed_(parsed) {}

  // What the term stands for goes to `value`; constants beside it, such as the branches of an if(),
  // to `others()`, each by itself.
  void add(std::uint32_t index, std::string& value) {
    const Term& term = parsed_.terms[index];
    if (term.kind == TermKind::literal) {
      value += term.text;
      return;
    }
    const bool call = term.kind == TermKind::call;
    if (call && equal_ignoring_case(term.text, "concat")) {
      for (const std::uint32_t child : term.children) add(child, value);
      return;
    }
    if (call && term.children.size() == 1 && contains(transparent, to_lower(term.text))) {
      add(term.children.front(), value);
      return;
    }
    value += computed;
    for (const std::uint32_t child : term.children) {
      std::string part;
      add(child, part);
      if (part.size() > 1) others_ += '\n' + part;
    }
  }

  const std::string& others() const { return others_; }

 private:
  const ParsedText& parsed_;
  std::string others_{};
};

// ---- values ----

constexpr std::array<std::string_view, 6> stand_ins{"placeholder", "replace_me", "replace-me",
                                                    "replaceme",   "redacted",   "to_be_set"};

// What a value stands in decides where it ends: that of a pair may be cut inside its brackets.
enum class Cut : std::uint8_t { whole, may_be };

bool is_bracketed(std::string_view value, Cut cut) {
  for (const auto& [open, close] :
       {std::pair('<', '>'), std::pair('{', '}'), std::pair('[', ']'), std::pair('#', '#')}) {
    if (value.front() == open)
      return cut == Cut::may_be || (value.size() > 1 && value.back() == close);
  }
  return value.starts_with("${") || value.starts_with("$(") ||
         (value.starts_with("__") && value.ends_with("__"));
}

// `value`: in lower case. Says that somebody else puts the secret there.
bool is_placeholder(std::string_view value, Cut cut = Cut::whole) {
  if (value.empty() || value.find(computed) != std::string_view::npos || value.front() == '@')
    return true;
  const bool one =
      value.find_first_not_of(value.front()) == std::string_view::npos;  // of one character
  if (one && std::string_view("*x.").find(value.front()) != std::string_view::npos) return true;
  if (is_bracketed(value, cut) || value.starts_with("%7b") || value.starts_with("your") ||
      value == "null")
    return true;
  return std::ranges::any_of(
      stand_ins, [&](std::string_view word) { return value.find(word) != std::string_view::npos; });
}

// Letters and digits mixed, and long: made by a machine.
bool is_random(std::string_view value, std::size_t least) {
  return value.size() >= least && std::ranges::any_of(value, is_digit) &&
         std::ranges::any_of(value, is_letter);
}

// ---- names ----

constexpr std::array<std::string_view, 24> names{
    "password",        "passwd",          "pwd",
    "passphrase",      "clientsecret",    "appsecret",
    "sharedsecret",    "apikey",          "apisecret",
    "apitoken",        "accesskey",       "accesstoken",
    "accountkey",      "authkey",         "authtoken",
    "bearertoken",     "functionkey",     "privatekey",
    "refreshtoken",    "sastoken",        "secretkey",
    "sharedaccesskey", "subscriptionkey", "serviceprincipalkey"};
constexpr std::size_t longest_name = 32;

constexpr std::array<std::string_view, 12> header_names{"authorization",   "proxyauthorization",
                                                        "xfunctionskey",   "ocpapimsubscriptionkey",
                                                        "xapikey",         "apikey",
                                                        "cookie",          "xauthtoken",
                                                        "xaccesstoken",    "xapitoken",
                                                        "subscriptionkey", "privatetoken"};

constexpr std::array<std::string_view, 4> schemes{"basic", "bearer", "negotiate", "ntlm"};

// Bytes at one end of the names, and the marks that may stand there: two look-ups tell nearly all
// others apart.
constexpr std::array<bool, 256> ends_of_names(bool front) {
  std::array<bool, 256> table{};
  for (const std::string_view name : names) {
    const char c = front ? name.front() : name.back();
    table[static_cast<unsigned char>(c)] = true;
    table[static_cast<unsigned char>(c - 'a' + 'A')] = true;
  }
  table['_'] = table['-'] = true;
  return table;
}
constexpr std::array<bool, 256> begins_like_one = ends_of_names(true);
constexpr std::array<bool, 256> ends_like_one = ends_of_names(false);

bool is_mark(char c) { return c == '_' || c == '-'; }

// `word`: in lower case, without `_` and `-`.
bool is_word_of(std::string_view name, std::string_view word) {
  std::size_t at = 0;
  for (const char c : name) {
    if (is_mark(c)) continue;
    if (at == word.size() || ascii_lower(c) != word[at]) return false;
    ++at;
  }
  return at == word.size();
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& words) {
  return name.size() >= 3 && name.size() <= longest_name &&
         std::ranges::any_of(words, [&](std::string_view word) { return is_word_of(name, word); });
}

bool is_header_name(std::string_view name) { return is_one_of(name, header_names); }

// ---- forms of secrets; texts are flat and in lower case ----

// The word that ends before `end`.
std::string_view word_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin <= longest_name &&
         (is_word(text[begin - 1]) || text[begin - 1] == '-'))
    --begin;
  return text.substr(begin, end - begin);
}

std::string_view value_at(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find_first_of("&;\"'\r\n \t,)}", begin);
  return text.substr(begin, std::min(end, text.size()) - begin);
}

// What stands before a name in a connection string, a query, a form, or a text of these.
bool starts_pair(std::string_view text, std::size_t at) {
  return at == 0 ||
         std::string_view("\x01;&?'\"\n\r \t").find(text[at - 1]) != std::string_view::npos;
}

// AccountKey=…;  ?code=…&  client_secret=…
bool holds_pair(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view name = word_before(text, at);
    if (name.empty() || name.size() > longest_name) continue;
    const std::size_t begin = at - name.size();
    if (!starts_pair(text, begin)) continue;
    const std::string_view value = value_at(text, at + 1);
    const bool of_query = begin > 0 && (text[begin - 1] == '?' || text[begin - 1] == '&');
    if (name == "sig") {
      if (!is_placeholder(value, Cut::may_be)) return true;
    } else if (name == "code" || name == "token") {  // common words elsewhere
      if (of_query && is_random(value, 20) && !is_placeholder(value)) return true;
    } else if (is_secret_name(name) || is_header_name(name)) {
      const bool plain = begin == 0 || std::string_view("\x01;&?\n\r").find(text[begin - 1]) !=
                                           std::string_view::npos;
      // Behind a space or a quote it may be a comparison of a query or an argument: only what looks
      // made.
      if (!is_placeholder(value, Cut::may_be) && (plain || is_random(value, 12))) return true;
    }
  }
  return false;
}

// https://user:password@host
bool holds_user_info(std::string_view text) {
  constexpr std::string_view mark = "://";
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    const std::string_view rest = text.substr(at + mark.size());
    const std::string_view host =
        rest.substr(0, std::min(rest.find_first_of("/?#;\"' \n\t"), rest.size()));
    const std::size_t end = host.rfind('@'), colon = host.find(':');
    if (end == std::string_view::npos || colon == std::string_view::npos || colon > end) continue;
    if (!is_placeholder(host.substr(colon + 1, end - colon - 1))) return true;
  }
  return false;
}

std::size_t skip_white(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// "client_secret": "…", also with simple quotes, also escaped once more.
bool holds_member(std::string_view text) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    std::size_t end = at;
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
    if (end == 0 || (text[end - 1] != '"' && text[end - 1] != '\'')) continue;
    const char quote = text[--end];
    if (end > 0 && text[end - 1] == '\\') --end;
    const std::string_view name = word_before(text, end);
    if (name.empty() || end == name.size()) continue;
    const char before = text[end - name.size() - 1];
    if (before != quote) continue;
    const bool header = is_header_name(name);
    if (!header && !is_secret_name(name)) continue;
    std::size_t begin = skip_white(text, at + 1);
    if (begin < text.size() && text[begin] == '\\') ++begin;
    if (begin >= text.size() || text[begin] != quote) continue;
    std::string_view value = text.substr(begin + 1);
    value = value.substr(0, std::min(value.find(quote), value.size()));
    while (value.ends_with('\\')) value.remove_suffix(1);
    if (header ? is_secret_header(name, value) : !is_placeholder(value)) return true;
  }
  return false;
}

// A line `Authorization: Bearer …`, and a Bearer token anywhere.
bool holds_header(std::string_view text) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    const std::string_view name = word_before(text, at);
    const std::size_t begin = at - name.size();
    const bool line = begin == 0 || text[begin - 1] == '\n' || text[begin - 1] == '\r';
    if (!line || !is_header_name(name)) continue;
    const std::string_view rest = text.substr(at + 1);
    if (is_secret_header(name, rest.substr(0, std::min(rest.find_first_of("\r\n"), rest.size()))))
      return true;
  }
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    for (std::size_t at = text.find(scheme); at != std::string_view::npos;
         at = text.find(scheme, at + 1)) {
      if (at > 0 && is_word(text[at - 1])) continue;
      const std::string_view rest = text.substr(at + scheme.size());
      const auto end = std::ranges::find_if_not(rest, is_token);
      const std::string_view token = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
      const bool cut = token.size() < rest.size() && rest[token.size()] == computed;
      if (!cut && is_random(token, 16)) return true;
    }
  }
  return false;
}

// dapi and 32 hexadecimal digits, as a word: a personal access token of a Databricks workspace.
bool holds_workspace_token(std::string_view text) {
  constexpr std::string_view mark = "dapi";
  constexpr std::size_t digits = 32;
  for (std::size_t at = text.find(mark); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    if (at > 0 && is_word(text[at - 1]) && text[at - 1] != '_') continue;
    const std::string_view rest = text.substr(at + mark.size(), digits);
    if (rest.size() == digits && std::ranges::all_of(rest, is_hex)) return true;
  }
  return false;
}

// Three parts of base64 with dots between them, the first of an object: `eyJ…`. Case matters.
bool holds_web_token(std::string_view text) {
  for (std::size_t at = text.find("eyJ"); at != std::string_view::npos;
       at = text.find("eyJ", at + 1)) {
    if (at > 0 && is_word(text[at - 1])) continue;
    std::size_t end = at, parts = 0, size = 0;
    for (; end < text.size() && (is_word(text[end]) || text[end] == '-' || text[end] == '.');
         ++end) {
      if (text[end] == '.') {
        if (size < 10) break;
        ++parts;
        size = 0;
      } else {
        ++size;
      }
    }
    if (parts >= 2) return true;
  }
  return false;
}

// Clauses of SQL: WITH PASSWORD = '…', IDENTIFIED BY '…', SECRET = '…'.
bool holds_sql_secret(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (std::string_view("posia").find(text[at]) == std::string_view::npos ||
        (at > 0 && is_word(text[at - 1])))
      continue;
    const auto found = find_sql_secret(text.substr(0, at), text.substr(at));
    if (found && !is_placeholder(found->value)) return true;
  }
  return false;
}

// ---- may a text hold any of these? Nearly none does, and all are asked. ----

constexpr auto interesting = [] {
  std::array<bool, 256> table{};
  for (const char c : {'=', ':', 'J', 'p', ' ', '-', '\'', '"'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// `text[at]` is one of `interesting`.
bool may_begin_at(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  switch (text[at]) {
    case '=': {  // behind a name, or behind a piece of a concat()
      const std::string_view name = word_before(text, at);
      return name.empty() ? at > 0 && text[at - 1] == '\''
                          : equal_ignoring_case(name, "sig") || equal_ignoring_case(name, "code") ||
                                equal_ignoring_case(name, "token") || is_secret_name(name) ||
                                is_header_name(name) || may_precede_sql_secret(before);
    }
    case ':':
      if (at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'')) return true;
      if (text.substr(at).starts_with("://")) return text.find('@', at) != std::string_view::npos;
      return trim(before).ends_with('"') || is_header_name(word_before(text, at));
    case 'J':
      return before.ends_with("ey");
    case 'p':
      return before.ends_with("da");
    case ' ':
      return before.ends_with("earer") || before.ends_with("asic") ||
             ends_with_ignoring_case(before, "identified by");
    case '\'':
    case '"':
      return may_precede_sql_secret(before);
    default:
      return text.substr(at).starts_with("-----BEGIN ");
  }
}

bool may_hold(std::string_view text) {
  constexpr std::size_t shortest = 8;
  if (text.size() < shortest) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (interesting[static_cast<unsigned char>(text[i])] && may_begin_at(text, i)) return true;
  }
  return false;
}

bool holds_secret_in_flat(std::string_view flat) {
  const std::string low = to_lower(flat);
  return holds_pair(low) || holds_user_info(low) || holds_member(low) || holds_header(low) ||
         holds_workspace_token(low) || holds_web_token(flat) || holds_sql_secret(low) ||
         (low.find("-----begin ") != low.npos && low.find("private key-----") != low.npos);
}

}  // namespace

std::string flatten_expressions(std::string_view text) {
  if (text.find('@') == std::string_view::npos) return std::string(text);
  const ParsedText parsed = parse_expressions(text);
  if (parsed.error || parsed.roots.empty()) return std::string(text);
  Flattener flattener(parsed);
  std::string flat;
  std::size_t at = 0;
  for (std::size_t i = 0; i < parsed.roots.size(); ++i) {
    const bool whole = parsed.spans.empty();
    if (!whole) flat += text.substr(at, parsed.spans[i].begin - at);
    flattener.add(parsed.roots[i], flat);
    at = whole ? text.size() : parsed.spans[i].end;
  }
  flat += text.substr(at);
  return flat + flattener.others();
}

bool holds_secret(std::string_view text) {
  if (!may_hold(text)) return false;
  return holds_secret_in_flat(flatten_expressions(text));
}

bool is_secret_header(std::string_view name, std::string_view value) {
  if (!is_header_name(name)) return false;
  std::string low = to_lower(trim(flatten_expressions(value)));
  if (is_word_of(name, "cookie")) {  // session=…; the first value decides
    const std::size_t equals = low.find('=');
    if (equals == low.npos) return false;
    low = std::string(value_at(low, equals + 1));
    return is_random(low, 8) && !is_placeholder(low);
  }
  if (is_word_of(name, "authorization") || is_word_of(name, "proxyauthorization")) {
    const std::size_t space = low.find(' ');
    if (space != low.npos) low = std::string(trim(std::string_view(low).substr(space + 1)));
    if (contains(schemes, low)) return false;
  }
  return !is_placeholder(low);
}

bool is_secret_value(std::string_view value) {
  return !is_placeholder(to_lower(trim(flatten_expressions(value))));
}

bool is_secret_name(std::string_view name) {
  if (name.size() < 3 || !begins_like_one[static_cast<unsigned char>(name.front())] ||
      !ends_like_one[static_cast<unsigned char>(name.back())])
    return false;
  return is_one_of(name, names);
}

}  // namespace tidegate::adf

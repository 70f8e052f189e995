// SPDX-License-Identifier: Apache-2.0
// A table of the first two letters lets the scan pass over nearly everything; only where a form may
// begin is the rest looked at. Names are compared without case and without _ - . between their
// words.
#include "repository/secret_forms.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/sql_secret.hpp"
#include "repository/secret_values.hpp"

namespace tidegate::repository {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_token(char c) { return is_word(c) || c == '-'; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool is_lower_hex(char c) { return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9'); }
bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_signature(char c) { return is_base64(c) || c == '%' || c == '-' || c == '_'; }
bool is_azure_secret(char c) { return is_word(c) || c == '~' || c == '.' || c == '-'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_inside(char c) {
  return std::string_view(" \t\r\n\"'`,;&<>\\").find(c) == std::string_view::npos;
}
bool is_quote(char c) { return c == '"' || c == '\''; }

template <class Is>
std::size_t run_of(std::string_view text, Is is) {
  std::size_t length = 0;
  while (length < text.size() && is(text[length])) ++length;
  return length;
}

// One character that may be written as %2B, \u002b, \/ or &amp;.
struct Decoded {
  char c = '\0';
  std::size_t size = 0;
};
int hex_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (!is_hex(c)) return -1;
    value = value * 16 + (c <= '9' ? c - '0' : lower(c) - 'a' + 10);
  }
  return value;
}
Decoded decode(std::string_view text) {
  if (text.empty()) return {};
  if (text[0] == '%' && text.size() >= 3) {
    const int value = hex_of(text.substr(1, 2));
    if (value > 0x20 && value < 0x7F) return {static_cast<char>(value), 3};
  }
  if (text[0] == '\\' && text.size() >= 6 && text[1] == 'u') {
    const int value = hex_of(text.substr(2, 4));
    if (value > 0x20 && value < 0x7F) return {static_cast<char>(value), 6};
  }
  if (text.starts_with("\\/")) return {'/', 2};
  return {text[0], 1};
}

// The characters of `text`, decoded, as long as they are `is`, and how many bytes they are.
struct Run {
  std::string text{};
  std::size_t size = 0;
};
template <class Is>
Run decoded_run(std::string_view text, Is is) {
  Run run;
  for (Decoded next = decode(text); next.size > 0 && is(next.c);
       next = decode(text.substr(run.size))) {
    run.text += next.c;
    run.size += next.size;
  }
  return run;
}

// A letter before it makes it a part of another word; not that of an escape: \n, %26, \u0026.
bool begins_word(std::string_view before) {
  if (before.empty() || !is_word(before.back())) return true;
  const std::size_t n = before.size();
  const auto odd_slashes = [&](std::size_t behind) {
    std::size_t count = 0;
    while (count < behind && before[behind - 1 - count] == '\\') ++count;
    return count % 2 == 1 || count >= 2;  // \\n: escaped once more
  };
  if (std::string_view("nrtbf").find(before.back()) != std::string_view::npos && odd_slashes(n - 1))
    return true;
  if (n >= 3 && before[n - 3] == '%' && is_hex(before[n - 2]) && is_hex(before[n - 1])) return true;
  return n >= 6 && before[n - 6] == '\\' && before[n - 5] == 'u' &&
         hex_of(before.substr(n - 4)) >= 0;
}

// Tokens: each gets the text behind the fixed beginning.
bool is_private_key(std::string_view rest) {
  for (const std::string_view kind : {"", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "}) {
    if (rest.starts_with(std::string(kind) + "PRIVATE KEY-----")) return true;
  }
  return rest.starts_with("PGP PRIVATE KEY BLOCK-----");
}
bool is_databricks_token(std::string_view rest) {
  const std::size_t length = run_of(rest, is_lower_hex);
  const bool ended = rest.size() == length || !is_word(rest[length]);
  return length == 32 && ended && is_varied(rest.substr(0, length));
}
template <std::size_t Least>
bool is_long_token(std::string_view rest) {
  const std::size_t length = run_of(rest, is_token);
  return length >= Least && is_varied(rest.substr(0, length));
}
bool is_aws_key_id(std::string_view rest) {
  const std::size_t length = run_of(rest, is_upper_or_digit);
  return length == 16 && (rest.size() == length || !is_word(rest[length])) &&
         rest.find("EXAMPLE") >= length && is_varied(rest.substr(0, length));
}
bool is_web_token(std::string_view rest) {  // three parts with dots between
  const std::size_t head = run_of(rest, is_token);
  if (head < 10 || head >= rest.size() || rest[head] != '.' ||
      !rest.substr(head + 1).starts_with("eyJ"))
    return false;
  const std::size_t body = run_of(rest.substr(head + 1), is_token);
  return body >= 10 && head + 1 + body < rest.size() && rest[head + 1 + body] == '.';
}
bool is_basic(std::string_view rest) {
  const std::size_t length = run_of(rest, is_base64);
  return length >= 12 && is_basic_login(rest.substr(0, length));
}
bool is_bearer(std::string_view rest) {
  const std::size_t length = run_of(
      rest, [](char c) { return is_token(c) || c == '.' || c == '~' || c == '+' || c == '/'; });
  return length >= 20 && is_made_secret(rest.substr(0, length), true);
}
bool is_web_hook(std::string_view rest) {  // T…/B…/…
  const std::size_t length = run_of(rest, [](char c) { return is_word(c) || c == '/'; });
  return length >= 40 && rest[0] == 'T' && rest.find("/B") < length &&
         is_varied(rest.substr(0, length)) && rest.find("XXXX") >= length;
}
// ://user:password@
bool is_login(std::string_view rest) {
  const std::size_t user = run_of(rest, [](char c) { return is_token(c) || c == '.' || c == '%'; });
  if (user == 0 || user >= rest.size() || rest[user] != ':') return false;
  const std::string_view behind = rest.substr(user + 1);
  const std::size_t size = run_of(behind, [](char c) {
    return c > ' ' && c < 0x7F && c != '@' && c != '/' && !is_quote(c) && c != '<';
  });
  return size < behind.size() && behind[size] == '@' && is_password(behind.substr(0, size), false);
}

struct Form {
  std::string_view prefix{};
  std::string_view kind{};
  bool (*fits)(std::string_view rest) = nullptr;
  bool whole_word = true;  // no letter, digit or _ before it
};

constexpr std::array forms{
    Form{"-----BEGIN ", "private key", is_private_key, false},
    Form{"dapi", "Databricks token", is_databricks_token},
    Form{"dkea", "Databricks token", is_databricks_token},
    Form{"dose", "Databricks token", is_databricks_token},
    Form{"ghp_", "GitHub token", is_long_token<36>},
    Form{"ghs_", "GitHub token", is_long_token<36>},
    Form{"gho_", "GitHub token", is_long_token<36>},
    Form{"ghu_", "GitHub token", is_long_token<36>},
    Form{"ghr_", "GitHub token", is_long_token<36>},
    Form{"github_pat_", "GitHub token", is_long_token<60>},
    Form{"glpat-", "GitLab token", is_long_token<20>},
    Form{"xoxb-", "Slack token", is_long_token<40>},
    Form{"xoxp-", "Slack token", is_long_token<40>},
    Form{"xoxa-", "Slack token", is_long_token<40>},
    Form{"xoxr-", "Slack token", is_long_token<40>},
    Form{"xoxs-", "Slack token", is_long_token<40>},
    Form{"xapp-", "Slack token", is_long_token<40>},
    Form{"hooks.slack.com/services/", "Slack webhook", is_web_hook},
    Form{"AKIA", "AWS access key", is_aws_key_id},
    Form{"ASIA", "AWS access key", is_aws_key_id},
    Form{"AIza", "Google API key", is_long_token<35>},
    Form{"npm_", "npm token", is_long_token<36>},
    Form{"pypi-AgE", "PyPI token", is_long_token<60>},
    Form{"eyJ", "signed web token", is_web_token},
    Form{"Basic ", "login in base64", is_basic},
    Form{"basic ", "login in base64", is_basic},
    Form{"Bearer ", "bearer token", is_bearer},
    Form{"bearer ", "bearer token", is_bearer},
    Form{"://", "password in an address", is_login, false},
};

// Values behind a name.
enum class Value : std::uint8_t { account_key, access_key, signature, password, secret };
struct Name {
  std::string_view letters{};  // lower case, without _ - .
  std::string_view kind{};
  Value value = Value::secret;
  bool whole_word = false;
};
constexpr std::array names{
    Name{"accountkey", "storage account key", Value::account_key},
    Name{"sharedaccesskey", "shared access key", Value::access_key},
    Name{"sig", "shared access signature", Value::signature, true},
    Name{"password", "password", Value::password},
    Name{"passwd", "password", Value::password},
    Name{"pwd", "password", Value::password},
    Name{"clientsecret", "client secret", Value::secret},
    Name{"serviceprincipalkey", "client secret", Value::secret},
    Name{"secretaccesskey", "AWS secret key", Value::secret},
    Name{"secretkey", "secret key", Value::secret},
    Name{"apikey", "API key", Value::secret},
    Name{"accesstoken", "access token", Value::secret},
};

constexpr std::string_view client_secret_mark =
    "Q~";  // Entra ID: three characters, a digit, the mark, 31 to 34 characters

// How many bytes of `text` are the name; 0: it is another one.
std::size_t size_of_name(std::string_view text, std::string_view letters) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 2 && at < text.size() && (text[at] == '_' || text[at] == '-' || text[at] == '.')) ++at;
    if (at >= text.size() || lower(text[at]) != letters[i]) return 0;
    ++at;
  }
  return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// A quote, also with \ before it, and \u0022, &quot;, %22; its size, or 0.
std::size_t quote_at(std::string_view text, char& quote) {
  const std::size_t slashes = run_of(text, [](char c) { return c == '\\'; });
  if (slashes < text.size() && is_quote(text[slashes])) {
    quote = text[slashes];
    return slashes + 1;
  }
  quote = '"';
  for (const std::string_view written : {"\\u0022", "&quot;", "%22"})
    if (text.starts_with(written)) return written.size();
  return 0;
}

// What stands between a name and its value.
struct Assignment {
  std::string_view rest{};  // starts with the value
  char separator = '\0';    // = : , or a blank
  bool spaced = false;      // blanks or quotes around the separator
  char quote = '\0';        // in front of the value
};
std::optional<Assignment> read_assignment(std::string_view text) {
  Assignment out;
  std::size_t at = 0;
  bool host = false;  // fs.azure.account.key.NAME.dfs.core.windows.net
  if (text.starts_with('.')) {
    at = run_of(text, [](char c) { return is_token(c) || c == '.'; });
    host = at > 1;
  }
  char closing = '\0';
  const std::size_t quoted = quote_at(text.substr(at), closing);
  at += quoted;
  if (quoted > 0 && at < text.size() && text[at] == ']') ++at;
  const std::size_t separator = skip_blanks(text, at);
  const Decoded found = decode(text.substr(separator));
  if (found.c == '=' || found.c == ':' || (found.c == ',' && quoted > 0)) {
    out.separator = found.c;
    at = separator + found.size;
    if (at < text.size() && (text[at] == '>' || (found.c == ':' && text[at] == '=')))
      ++at;  // => :=
  } else if (host && quoted == 0 && separator > at) {
    out.separator = ' ';
    at = separator;
  } else {
    return std::nullopt;
  }
  const std::size_t value = skip_blanks(text, at);
  out.spaced = quoted > 0 || separator > 0 || value > at;
  at = value;
  std::size_t letter =
      at < text.size() && std::string_view("rbfuRBFU").find(text[at]) != std::string_view::npos
          ? 1
          : 0;  // f"…" of Python
  char opening = '\0';
  const std::size_t opened = quote_at(text.substr(std::min(at + letter, text.size())), opening);
  if (opened > 0) {
    out.quote = opening;
    at += letter + opened;
  }
  out.rest = text.substr(at);
  return out;
}

// The name ends a line's own assignment, or stands in a list of them: `a=b;Password=`,
// `?user=x&password=`.
bool begins_assignment(std::string_view before) {
  while (!before.empty() && (is_token(before.back()) || before.back() == '.')) {
    if (before.size() >= 3 && before[before.size() - 3] == '%' &&
        decode(before.substr(before.size() - 3)).size == 3)
      return true;  // %3B, %26
    before.remove_suffix(1);
  }
  while (!before.empty() && is_blank(before.back())) before.remove_suffix(1);
  if (before.ends_with("export")) before.remove_suffix(6);
  return before.empty() ||
         std::string_view("\n;?&{\"'").find(before.back()) != std::string_view::npos;
}

std::string_view value_text(const Assignment& given) {
  const std::string_view ends =
      given.quote != '\0' ? std::string_view("\n\"'") : std::string_view(" \t\r\n;&\"',()[]{}<>");
  std::string_view value =
      given.rest.substr(0, std::min(given.rest.find_first_of(ends), given.rest.size()));
  if (given.quote != '\0')
    value = given.rest.substr(
        0, std::min(given.rest.find_first_of(std::string("\n") + given.quote), given.rest.size()));
  while (value.ends_with('\\')) value.remove_suffix(1);  // \" closes it
  for (const std::string_view written : {"\\n", "\\r", "\\u0022", "&quot;", "%22"})
    if (given.quote == '\0') value = value.substr(0, value.find(written));
  return value;
}

bool fits_value(Value value, const Assignment& given, std::string_view before) {
  switch (value) {
    case Value::account_key: {  // 64 bytes in base64
      const Run run = decoded_run(given.rest, is_base64);
      const Run end = decoded_run(given.rest.substr(run.size), [](char c) { return c == '='; });
      return run.text.size() == 86 && end.text.size() == 2 && is_varied(run.text);
    }
    case Value::access_key: {  // 32 bytes in base64, of Service Bus, Event Hubs, IoT Hub
      const Run run = decoded_run(given.rest, is_base64);
      return run.text.size() >= 42 && run.text.size() <= 44 && is_varied(run.text);
    }
    case Value::signature: {  // HMAC-SHA256 in base64, maybe percent-encoded
      if (given.separator == '=' && !given.spaced) {
        const std::size_t length = run_of(given.rest, is_signature);
        if (length >= 43 && length <= 120 && is_varied(given.rest.substr(0, length))) return true;
      }
      const Run run = decoded_run(given.rest, is_base64);
      const Run end = decoded_run(given.rest.substr(run.size), [](char c) { return c == '='; });
      return run.text.size() == 43 && end.text.size() == 1 && is_varied(run.text);
    }
    case Value::password: {
      if (given.quote == '\0' && !begins_assignment(before)) return false;
      if (given.separator == ',' && given.quote == '\0') return false;
      return is_password(value_text(given), given.quote == '\0');
    }
    case Value::secret: {
      if (given.separator == ',' && given.quote == '\0') return false;
      return is_made_secret(value_text(given), given.quote == '\0');
    }
  }
  return false;
}

constexpr char upper_of(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

constexpr SecretSieves make_sieves() {
  SecretSieves out;
  const auto mark = [&](char first, char second, char third) {
    const std::size_t pair = pair_of(first, second), triple = triple_of(first, second, third);
    out.pairs[pair / 64] |= std::uint64_t{1} << (pair % 64);
    out.triples[triple / 64] |= std::uint64_t{1} << (triple % 64);
  };
  for (const Form& form : forms) mark(form.prefix[0], form.prefix[1], form.prefix[2]);
  for (const Name& name : names) {
    for (const char first : {name.letters[0], upper_of(name.letters[0])})
      for (const char second : {name.letters[1], upper_of(name.letters[1])})
        mark(first, second, name.letters[2]);
  }
  for (const std::string_view word : sql_secret_words) {
    for (const char first : {word[0], upper_of(word[0])})
      for (const char second : {word[1], upper_of(word[1])}) mark(first, second, word[2]);
  }
  for (char third = 0x20; third < 0x7F; ++third)
    mark(client_secret_mark[0], client_secret_mark[1], third);
  return out;
}

std::optional<SecretMatch> find_client_secret(std::string_view before, std::string_view here) {
  const std::size_t back = std::min<std::size_t>(before.size(), 4);
  const std::string_view front = before.substr(before.size() - back);
  if (back < 4 || front[3] < '0' || front[3] > '9' || run_of(front, is_azure_secret) < 4)
    return std::nullopt;
  if (before.size() > 4 && is_azure_secret(before[before.size() - 5]) &&
      !begins_word(before.substr(0, before.size() - 4)))
    return std::nullopt;
  const std::size_t length = run_of(here.substr(2), is_azure_secret);
  if (length < 31 || length > 34 || !is_varied(here.substr(2, length))) return std::nullopt;
  return SecretMatch{"client secret", 4, 2 + length};
}

}  // namespace

constinit const SecretSieves secret_sieves = make_sieves();

std::optional<SecretMatch> find_secret(std::string_view before, std::string_view here) {
  for (const Form& form : forms) {
    if (here[0] != form.prefix[0] || !here.starts_with(form.prefix)) continue;
    if (form.whole_word && !begins_word(before)) continue;
    const std::string_view rest = here.substr(form.prefix.size());
    if (form.fits(rest))
      return SecretMatch{form.kind, 0, form.prefix.size() + run_of(rest, is_inside)};
  }
  const char first = lower(here[0]);
  for (const Name& name : names) {
    if (first != name.letters[0]) continue;
    const std::size_t size = size_of_name(here, name.letters);
    if (size == 0 || (name.whole_word && !begins_word(before))) continue;
    const std::optional<Assignment> given = read_assignment(here.substr(size));
    if (given && fits_value(name.value, *given, before))
      return SecretMatch{name.kind, 0,
                         here.size() - given->rest.size() + value_text(*given).size()};
  }
  if (here.starts_with(client_secret_mark)) return find_client_secret(before, here);
  const auto found = find_sql_secret(before, here);
  if (!found || is_placeholder(found->value)) return std::nullopt;
  const auto end =
      static_cast<std::size_t>(found->value.data() - here.data()) + found->value.size();
  return SecretMatch{found->kind == "password" ? "password" : "secret of a credential", 0, end};
}

}  // namespace tidegate::repository

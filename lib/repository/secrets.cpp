// SPDX-License-Identifier: Apache-2.0
// Each form starts with a fixed text. A table of the first two letters lets the scan pass over nearly everything; only where
// one of the texts begins is the rest looked at.
#include "repository/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tidegate::repository {

namespace {

constexpr std::size_t longest = 512;  // bytes that a form may need to be recognised

bool is_base64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_token(char c) { return is_word(c) || c == '-'; }
bool is_lower_hex(char c) { return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9'); }
bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_signature(char c) { return is_base64(c) || c == '%' || c == '-' || c == '_'; }

template <class Is>
std::size_t run_of(std::string_view text, Is is) {
  std::size_t length = 0;
  while (length < text.size() && is(text[length])) ++length;
  return length;
}

// Enough different characters: `xxxxxxxx`, `00000000` and `example` repeated are no keys.
bool is_varied(std::string_view text) {
  std::array<bool, 256> seen{};
  std::size_t count = 0;
  for (const char c : text) {
    bool& mark = seen[static_cast<unsigned char>(c)];
    count += mark ? 0U : 1U;
    mark = true;
  }
  return count >= 10;
}

// Each gets the text behind the prefix.
bool is_account_key(std::string_view rest) {  // 64 bytes in base64
  const std::size_t length = run_of(rest, is_base64);
  return length == 86 && rest.substr(length, 2) == "==" && is_varied(rest.substr(0, length));
}
bool is_access_key(std::string_view rest) {  // 32 bytes in base64, of Service Bus, Event Hubs, IoT Hub
  const std::size_t length = run_of(rest, is_base64);
  return length >= 42 && length <= 44 && is_varied(rest.substr(0, length));
}
bool is_sas(std::string_view rest) {  // HMAC-SHA256 in base64, maybe percent-encoded
  const std::size_t length = run_of(rest, is_signature);
  return length >= 43 && length <= 120 && is_varied(rest.substr(0, length));
}
bool is_private_key(std::string_view rest) {
  for (const std::string_view kind : {"", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "}) {
    if (rest.starts_with(std::string(kind) + "PRIVATE KEY-----")) return true;
  }
  return false;
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
  return length == 16 && (rest.size() == length || !is_word(rest[length])) && rest.find("EXAMPLE") >= length && is_varied(rest.substr(0, length));
}
bool is_web_token(std::string_view rest) {  // three parts with dots between
  const std::size_t head = run_of(rest, is_token);
  if (head < 10 || head >= rest.size() || rest[head] != '.' || !rest.substr(head + 1).starts_with("eyJ")) return false;
  const std::size_t body = run_of(rest.substr(head + 1), is_token);
  return body >= 10 && head + 1 + body < rest.size() && rest[head + 1 + body] == '.';
}

struct Form {
  std::string_view prefix{};
  std::string_view kind{};
  bool (*fits)(std::string_view rest) = nullptr;
  bool whole_word = true;  // no letter, digit or _ before it
};

constexpr std::array forms{
    Form{"AccountKey=", "storage account key", is_account_key, false},
    Form{"SharedAccessKey=", "shared access key", is_access_key, false},
    Form{"sig=", "shared access signature", is_sas, true},
    Form{"-----BEGIN ", "private key", is_private_key, false},
    Form{"dapi", "Databricks token", is_databricks_token, true},
    Form{"dkea", "Databricks token", is_databricks_token, true},
    Form{"dose", "Databricks token", is_databricks_token, true},
    Form{"ghp_", "GitHub token", is_long_token<36>, true},
    Form{"ghs_", "GitHub token", is_long_token<36>, true},
    Form{"gho_", "GitHub token", is_long_token<36>, true},
    Form{"github_pat_", "GitHub token", is_long_token<60>, true},
    Form{"glpat-", "GitLab token", is_long_token<20>, true},
    Form{"xoxb-", "Slack token", is_long_token<40>, true},
    Form{"xoxp-", "Slack token", is_long_token<40>, true},
    Form{"AKIA", "AWS access key", is_aws_key_id, true},
    Form{"ASIA", "AWS access key", is_aws_key_id, true},
    Form{"eyJ", "signed web token", is_web_token, true},
};

// Which pairs of bytes a form starts with: one bit each. The first byte alone is as common as `e`, `s` or `d`.
constexpr std::size_t pair_of(char first, char second) {
  return std::size_t{static_cast<unsigned char>(first)} << 8U | static_cast<unsigned char>(second);
}
constexpr auto starts = [] {
  std::array<std::uint64_t, 1024> table{};
  for (const Form& form : forms) {
    const std::size_t pair = pair_of(form.prefix[0], form.prefix[1]);
    table[pair / 64] |= std::uint64_t{1} << (pair % 64);
  }
  return table;
}();
bool may_start(char first, char second) {
  const std::size_t pair = pair_of(first, second);
  return (starts[pair / 64] >> (pair % 64) & 1U) != 0;
}

// `before`: the byte before `text`.
const Form* find_form(std::string_view text, std::size_t at, char before) {
  const std::string_view here = text.substr(at);
  for (const Form& form : forms) {
    if (here[0] != form.prefix[0] || !here.starts_with(form.prefix)) continue;
    if (form.whole_word && is_word(at > 0 ? text[at - 1] : before)) continue;
    if (form.fits(here.substr(form.prefix.size(), longest))) return &form;
  }
  return nullptr;
}

}  // namespace

void SecretScanner::advance(std::string_view text) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines == 0) {
    column_ += static_cast<std::uint32_t>(text.size());
    return;
  }
  line_ += static_cast<std::uint32_t>(lines);
  column_ = static_cast<std::uint32_t>(text.size() - text.rfind('\n'));
}

// Forms that begin before `limit`.
void SecretScanner::scan(std::string_view text, std::size_t limit) {
  if (text.empty()) return;
  std::size_t done = 0;
  std::uint32_t line = line_, column = column_;
  for (std::size_t i = 0; i < std::min(limit, text.size() - 1); ++i) {
    if (!may_start(text[i], text[i + 1])) continue;
    const Form* form = find_form(text, i, context_);
    if (form == nullptr || found_.size() == max_findings) continue;
    const std::uint32_t line_before = line_, column_before = column_;
    line_ = line;
    column_ = column;
    advance(text.substr(done, i - done));
    line = line_;
    column = column_;
    line_ = line_before;
    column_ = column_before;
    done = i;
    found_.push_back({.kind = form->kind, .line = line, .column = column});
  }
}

void SecretScanner::feed(std::string_view piece) {
  if (binary_) return;
  if (piece.find('\0') != std::string_view::npos) {
    binary_ = true;
    window_.clear();
    return;
  }
  constexpr std::size_t worth_it = std::size_t{64} * 1024;
  window_ += piece;
  if (window_.size() < worth_it) return;
  const std::size_t limit = window_.size() - longest - 32;  // whoever begins later is seen whole next time
  scan(window_, limit);
  advance(std::string_view(window_).substr(0, limit));
  context_ = window_[limit - 1];
  window_.erase(0, limit);
}

std::vector<SecretFinding> SecretScanner::finish() {
  if (!binary_) scan(window_, window_.size());
  window_.clear();
  return std::move(found_);
}

}  // namespace tidegate::repository

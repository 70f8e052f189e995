// SPDX-License-Identifier: Apache-2.0
// Values that cannot travel as they are: strings that Terraform would normalise, numbers that a
// 64-bit float does not hold, secrets in clear.
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "adf/check.hpp"
#include "base/text.hpp"
#include "document/write.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

bool is_ascii(std::string_view text) {
  std::uint64_t all = 0;  // of eight bytes at a time: whole documents are asked
  while (text.size() >= sizeof all) {
    std::uint64_t some = 0;
    std::memcpy(&some, text.data(), sizeof some);
    all |= some;
    text.remove_prefix(sizeof some);
  }
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return (all & 0x8080808080808080U) == 0;
}

bool is_nfc(std::string_view text) {
  if (is_ascii(text)) return true;
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &raw,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  return size < 0 || std::string_view(reinterpret_cast<const char*>(raw),
                                      static_cast<std::size_t>(size)) == text;
}

constexpr std::array<std::string_view, 9> secret_names{
    "password",    "accountkey", "sastoken",     "secret",     "servicePrincipalKey",
    "accesstoken", "apikey",     "clientsecret", "functionkey"};

bool is_masked(std::string_view text) {
  return text.empty() || text.starts_with('@') ||
         text.find_first_not_of('*') == std::string_view::npos;
}

// dapi and 32 hexadecimal digits, as a word: a personal access token of a Databricks workspace.
bool holds_workspace_token(std::string_view low) {
  constexpr std::string_view mark = "dapi";
  constexpr std::size_t digits = 32;
  for (std::size_t at = low.find(mark); at != std::string_view::npos; at = low.find(mark, at + 1)) {
    const char before = at == 0 ? ' ' : low[at - 1];
    if ((before >= 'a' && before <= 'z') || (before >= '0' && before <= '9')) continue;
    const std::string_view rest = low.substr(at + mark.size());
    if (std::min(rest.find_first_not_of("0123456789abcdef"), rest.size()) >= digits) return true;
  }
  return false;
}

bool may_hold_secret_part(std::string_view text) {
  return text.find('=') != std::string_view::npos || text.find("dapi") != std::string_view::npos;
}

// A connection string part such as AccountKey=…, Password=…, or a SAS signature with a value.
bool holds_secret_part(std::string_view text) {
  if (!may_hold_secret_part(text)) return false;
  const std::string low = to_lower(text);
  for (const std::string_view mark :
       {"accountkey=", "password=", "pwd=", "sharedaccesskey=", "sig="}) {
    for (std::size_t at = low.find(mark); at != std::string::npos; at = low.find(mark, at + 1)) {
      const bool starts = at == 0 || std::string_view(";&?'").find(low[at - 1]) != std::string_view::npos;
      const std::size_t value = at + mark.size();
      if (starts && value < low.size() && low[value] != ';' && low[value] != '&' &&
          low[value] != '@' && low[value] != '*' && low[value] != '{' && low[value] != '"' &&
          low[value] != '\'') {
        return true;
      }
    }
  }
  return holds_workspace_token(low);
}

class Looker {
 public:
  Looker(const Object& object, Diagnostics& diagnostics)
      : object_(object), diagnostics_(diagnostics) {}

  void run() {
    const document::Document& document = *object_.document;
    for (std::uint32_t i = 0; i < document.node_count(); ++i) look_at(document.node(i));
  }

 private:
  void look_at(const Node& node) {
    if (!ascii_ && !node.key().empty() && !is_nfc(node.key())) denormal(node.key_location());
    if (node.is_string()) {
      if (!ascii_ && !is_nfc(node.as_string())) denormal(node.location());
      check_secret(node);
    } else if (node.is_number() && !document::survives_binary64(node.number_text())) {
      diagnostics_.error(
          "adf.inexact-number", node.location(),
          std::string(node.number_text()) +
              " is not held by a 64-bit floating point number; the provider would change it",
          "write it as a string, or with fewer digits");
    }
  }

  void denormal(Location where) {
    diagnostics_.error("adf.not-normalised", std::move(where),
                       "the text is not in Unicode form NFC; Terraform would change it",
                       "save it in NFC");
  }

  void check_secret(const Node& node) {
    const std::string_view key = node.key();
    if (key == "encryptedCredential") return;  // module service knows whether it is bound
    const Node holder = node.parent();
    const bool secure =
        key == "value" && equal_ignoring_case(holder["type"].as_string(), "SecureString");
    bool named = false;
    for (const std::string_view name : secret_names) {
      named =
          named || (object_.kind == ObjectKind::linked_service && equal_ignoring_case(name, key));
    }
    // What an expression computes is no secret, but a literal in it may be one.
    if ((!secure && !named) || is_masked(node.as_string())) {
      if (!parts_ || !holds_secret_part(node.as_string())) return;
    }
    diagnostics_.error(
        "adf.literal-secret", node.location(), "a secret stands here in clear",
        "put it into a Key Vault and refer to it by AzureKeyVaultSecret; change the secret");
  }

  const Object& object_;
  Diagnostics& diagnostics_;
  // An escape could stand for any character.
  const std::string& text_ = object_.document->text();
  const bool escapes_ = text_.find("\\u") != std::string::npos;
  const bool ascii_ = !escapes_ && is_ascii(text_);  // then every text is in form NFC
  const bool parts_ = escapes_ || may_hold_secret_part(text_);
};

}  // namespace

void check_values(const Subject& subject, Diagnostics& diagnostics) {
  Looker(subject.object, diagnostics).run();
}

}  // namespace tidegate::adf

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
#include "adf/secret_text.hpp"
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

// `authHeaders`, `headers`, `requestHeaders`
bool holds_headers(const Node& node) {
  const std::string_view key = node.key();
  return !key.empty() && ascii_lower(key.back()) == 's' && ends_with_ignoring_case(key, "headers");
}

bool is_type(const Node& node, std::string_view type) { return equal_ignoring_case(node["type"].as_string(), type); }

// Columns of datasets and mappings have any name. What is called `secret` in a pipeline may be the name of one.
bool may_be_named(const Object& object, std::string_view key, const Node& holder) {
  if (object.kind == ObjectKind::linked_service) return is_secret_name(key) || equal_ignoring_case(key, "secret");
  return object.kind == ObjectKind::pipeline && is_secret_name(key) && !ends_with_ignoring_case(holder.key(), "mapping") &&
         !ends_with_ignoring_case(holder.key(), "mappings");
}

bool is_secret_of_holder(const Node& holder, std::string_view text) {
  if (is_type(holder, "SecureString")) return is_secret_value(text);
  if (is_secret_header(holder["name"].as_string(), text)) return true;
  if (!is_type(holder, "Expression")) return false;  // in place of the string that has the name
  return holds_headers(holder.parent()) ? is_secret_header(holder.key(), text)
                                        : is_secret_name(holder.key()) && is_secret_value(text);
}

// Does what the string is called, or what it belongs to, make it a secret?
bool is_named_secret(const Object& object, const Node& node, std::string_view key, std::string_view text) {
  if (key.empty() || text.empty()) return false;
  const Node holder = node.parent();
  if (key == "value" && is_secret_of_holder(holder, text)) return true;
  const bool declared = key == "defaultValue" || (key == "value" && object.kind == ObjectKind::factory);
  if (declared) return is_secret_name(holder.key()) && is_secret_value(text);
  if (may_be_named(object, key, holder)) return is_secret_value(text);
  return holds_headers(holder) && is_secret_header(key, text);
}

// "Expresion" beside a value that is one: it would be sent as it is written.
bool is_misspelt_expression(const Node& node, std::string_view key, std::string_view text) {
  constexpr std::string_view right = "Expression";
  if (key != "type" || text.size() + 2 < right.size() || text.size() > right.size() + 2 || ascii_lower(text[0]) != 'e' ||
      equal_ignoring_case(text, right))
    return false;
  const std::array<std::string, 1> names{std::string(right)};
  return node.parent()["value"].as_string().find('@') != std::string_view::npos && find_nearest(text, names).has_value();
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
      look_at_text(node, node.key(), node.as_string());
    } else if (node.is_number() && !document::survives_binary64(node.number_text())) {
      diagnostics_.error(
          "adf.inexact-number", node.location(),
          std::string(node.number_text()) +
              " is not held by a 64-bit floating point number; the provider would change it",
          "write it as a string, or with fewer digits");
    }
  }

  void look_at_text(const Node& node, std::string_view key, std::string_view text) {
    if (!ascii_ && !is_nfc(text)) denormal(node.location());
    // Module service knows whether an encryptedCredential is bound.
    if (key != "encryptedCredential" && (is_named_secret(object_, node, key, text) || holds_secret(text))) {
      diagnostics_.error(
          "adf.literal-secret", node.location(), "a secret stands here in clear",
          "put it into a Key Vault and refer to it by AzureKeyVaultSecret; change the secret");
    }
    if (is_misspelt_expression(node, key, text)) {
      diagnostics_.error("adf.unknown-value", node.location(),
                         "\"" + printable(text) + "\" is no type of a value, so the expression beside it is sent as a text",
                         "did you mean \"Expression\"?");
    }
  }

  void denormal(Location where) {
    diagnostics_.error("adf.not-normalised", std::move(where),
                       "the text is not in Unicode form NFC; Terraform would change it",
                       "save it in NFC");
  }

  const Object& object_;
  Diagnostics& diagnostics_;
  // Then every text is in form NFC.
  const bool ascii_ = !object_.document->hides_characters() && is_ascii(object_.document->text());
};

}  // namespace

void check_values(const Subject& subject, Diagnostics& diagnostics) {
  Looker(subject.object, diagnostics).run();
}

}  // namespace tidegate::adf

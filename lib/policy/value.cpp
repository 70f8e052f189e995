// SPDX-License-Identifier: Apache-2.0
#include "policy/value.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy {

using document::Node;

void Value::settle() {
  is_unknown_ = is_unknown_ || unknown_.as_boolean();
  is_sensitive_ = is_sensitive_ || sensitive_.as_boolean();
}

Value Value::before(const Node& value, const Node& sensitive) {
  Value out;
  out.node_ = value;
  out.sensitive_ = sensitive;
  out.has_mask_ = sensitive.exists() && !sensitive.is_null();
  out.settle();
  return out;
}

Value Value::after(const Node& value, const Node& unknown, const Node& sensitive) {
  Value out = before(value, sensitive);
  out.unknown_ = unknown;
  out.settle();
  return out;
}

namespace {

bool mask_has_true(const Node& mask) {
  if (mask.is_boolean()) return mask.as_boolean();
  for (const Node child : mask) {
    if (mask_has_true(child)) return true;
  }
  return false;
}

bool zero_like(const Node& node) {
  switch (node.kind()) {
    case document::Kind::null: return true;
    case document::Kind::boolean: return !node.as_boolean();
    case document::Kind::number: return is_zero_number(node.number_text());
    case document::Kind::string: return node.as_string().empty();
    case document::Kind::array:
    case document::Kind::object:
      for (const Node child : node) {
        if (!zero_like(child)) return false;
      }
      return true;
  }
  return false;
}

std::string normal(const Node& node);

// JSON inside a string (policies, templates) is compared as JSON.
std::string normal_string(std::string_view text) {
  const std::string_view inner = trim(text);
  if (!inner.empty() && (inner.front() == '{' || inner.front() == '[')) {
    const auto parsed = document::parse_json("value", std::string(inner));
    if (parsed) {
      const std::string form = normal((*parsed)->root());
      return form.empty() ? form : "json" + form;
    }
  }
  std::string out;
  document::append_json_string(out, text);
  return out;
}

std::string normal(const Node& node) {
  if (zero_like(node)) return {};
  switch (node.kind()) {
    case document::Kind::null: return {};
    case document::Kind::boolean: return "true";
    case document::Kind::number: return normal_number(node.number_text());
    case document::Kind::string: return normal_string(node.as_string());
    case document::Kind::array:
    case document::Kind::object: break;
  }
  std::vector<std::string> parts;
  for (const Node child : node) {
    std::string text = normal(child);
    if (text.empty()) continue;
    if (node.is_object()) {
      std::string key;
      document::append_json_string(key, child.key());
      text = key + ":" + text;
    }
    parts.push_back(std::move(text));
  }
  std::sort(parts.begin(), parts.end());
  return (node.is_object() ? "{" : "[") + join(parts, ",") + (node.is_object() ? "}" : "]");
}

}  // namespace

bool Value::holds_unknown() const { return is_unknown_ || mask_has_true(unknown_); }

bool Value::is_blank() const {
  if (is_unknown_) return false;
  if (!node_.exists() || node_.is_null()) return true;
  if (node_.is_string()) return node_.as_string().empty();
  return is_collection() && node_.size() == 0;
}

bool Value::is_zero_like() const { return !is_unknown_ && (!node_.exists() || zero_like(node_)); }

Value Value::member(std::string_view name) const {
  Value out = *this;
  out.node_ = node_[name];
  out.unknown_ = unknown_[name];
  out.sensitive_ = sensitive_[name];
  out.settle();
  return out;
}

Value Value::masked_member(std::string_view name) const {
  Value out = *this;
  out.node_ = {};
  out.unknown_ = unknown_[name];
  out.sensitive_ = sensitive_[name];
  out.settle();
  return out;
}

std::vector<Value> Value::elements() const {
  std::vector<Value> out;
  const auto masks = [](const Node& mask) { return std::vector<Node>(mask.begin(), mask.end()); };
  const std::vector<Node> values = node_.is_array() ? masks(node_) : std::vector<Node>();
  const std::vector<Node> unknown = unknown_.is_array() ? masks(unknown_) : std::vector<Node>();
  const std::vector<Node> sensitive = sensitive_.is_array() ? masks(sensitive_) : std::vector<Node>();
  out.reserve(values.size());
  for (std::size_t i = 0; i < std::max(values.size(), unknown.size()); ++i) {
    Value element = *this;
    element.node_ = i < values.size() ? values[i] : Node();
    element.unknown_ = i < unknown.size() ? unknown[i] : Node();
    element.sensitive_ = i < sensitive.size() ? sensitive[i] : Node();
    element.settle();
    out.push_back(element);
  }
  return out;
}

std::vector<std::pair<std::string_view, Value>> Value::members() const {
  // Looking up every key by itself would take quadratic time in the number of keys.
  const auto index = [](const Node& mask) {
    std::map<std::string_view, Node> out;
    if (mask.is_object()) {
      for (const Node child : mask) out.emplace(child.key(), child);
    }
    return out;
  };
  const auto unknown = index(unknown_);
  const auto sensitive = index(sensitive_);
  const auto find = [](const std::map<std::string_view, Node>& masks, std::string_view key) {
    const auto found = masks.find(key);
    return found == masks.end() ? Node() : found->second;
  };
  std::vector<std::pair<std::string_view, Value>> out;
  if (!node_.is_object()) return out;
  out.reserve(node_.size());
  for (const Node child : node_) {
    Value value = *this;
    value.node_ = child;
    value.unknown_ = find(unknown, child.key());
    value.sensitive_ = find(sensitive, child.key());
    value.settle();
    out.emplace_back(child.key(), value);
  }
  return out;
}

Value Value::unwrapped() const {
  if (!node_.is_array() || is_unknown_) return *this;
  const std::vector<Value> inner = elements();
  return inner.size() == 1 ? inner.front() : *this;
}

std::string Value::normal_form() const { return node_.exists() ? normal(node_) : std::string(); }

std::string Value::as_text() const {
  if (node_.is_string()) return std::string(node_.as_string());
  if (node_.is_number()) return std::string(node_.number_text());
  if (node_.is_boolean()) return node_.as_boolean() ? "true" : "false";
  return {};
}

std::string Value::shown() const {
  constexpr std::size_t most = 80;
  if (is_sensitive_) return "(sensitive)";
  if (is_unknown_) return "(known after apply)";
  if (is_blank()) return "(none)";
  if (is_collection()) {
    return node_.is_array() ? counted(node_.size(), "element") : counted(node_.size(), "field");
  }
  if (!node_.is_string()) return as_text().substr(0, most);
  if (!has_mask_ || looks_secret(node_.as_string())) return "(hidden)";
  std::string text;
  for (const char c : shortened(node_.as_string(), most)) {
    if (c == '\n') text += "\\n";
    else text += c;
  }
  text = printable(text);
  return "\"" + text + "\"";
}

namespace {

// Names of secrets as connection strings and queries write them, lower case, without the '='.
constexpr std::array<std::string_view, 9> secret_names{"accountkey", "sharedaccesskey", "sharedaccesssignature",
                                                       "password", "pwd", "client_secret", "accesskey", "&sig", "?sig"};

bool names_secret(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const std::string_view before = text.substr(0, at);
    for (const std::string_view name : secret_names) {
      if (ends_with_ignoring_case(before, name)) return true;
    }
  }
  return text.starts_with("sig=");
}

bool holds_private_key(std::string_view text) {
  constexpr std::string_view mark = "-----";
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    if (ends_with_ignoring_case(text.substr(0, at), "private key")) return true;
  }
  return false;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Is there `prefix` followed by at least `count` word characters?
bool has_token(std::string_view text, std::string_view prefix, std::size_t count) {
  for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
    if (at > 0 && is_word(text[at - 1])) continue;
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_word(text[end])) ++end;
    if (end - at - prefix.size() >= count) return true;
  }
  return false;
}

}  // namespace

bool looks_secret(std::string_view text) {
  if (text.size() < 8) return false;
  if (names_secret(text) || holds_private_key(text)) return true;
  if (has_token(text, "AKIA", 16) || has_token(text, "ghp_", 30) || has_token(text, "dapi", 32)) return true;
  if (has_token(text, "eyJ", 30) && text.find(".eyJ") != std::string_view::npos) return true;
  // user:password@host in a URL
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    const std::string_view rest = text.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::size_t at = authority.find('@');
    if (at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace tidegate::policy

// SPDX-License-Identifier: Apache-2.0
#include "document/write.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace tidegate::document {

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of the run not yet copied
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20U && c != '"' && c != '\\') continue;
    out += text.substr(plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        out += "\\u00";
        out += digits[c >> 4U];
        out += digits[c & 0xFU];
    }
  }
  out += text.substr(plain);
  out += '"';
}

namespace {

bool is_sorted(const Node& object) {
  std::string_view before;
  for (const Node member : object) {
    if (member.key() < before) return false;
    before = member.key();
  }
  return true;
}

template <class Members>
void append_members(std::string& out, const Members& members) {
  out += '{';
  bool first = true;
  for (const Node member : members) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, member.key());
    out += ':';
    append_canonical_json(out, member);
  }
  out += '}';
}

}  // namespace

void append_canonical_json(std::string& out, const Node& node) {
  switch (node.kind()) {
    case Kind::null: out += "null"; return;
    case Kind::boolean: out += node.as_boolean() ? "true" : "false"; return;
    case Kind::number: out += node.number_text(); return;
    case Kind::string: append_json_string(out, node.as_string()); return;
    case Kind::array: {
      out += '[';
      bool first = true;
      for (const Node child : node) {
        if (!first) out += ',';
        first = false;
        append_canonical_json(out, child);
      }
      out += ']';
      return;
    }
    case Kind::object: {
      if (is_sorted(node)) return append_members(out, node);
      std::vector<Node> members(node.begin(), node.end());
      std::sort(members.begin(), members.end(), [](const Node& a, const Node& b) { return a.key() < b.key(); });
      append_members(out, members);
    }
  }
}

namespace {

// A decimal as sign, digits without zeros at either end, and the power of ten of the last digit.
std::string normal_decimal(std::string_view text) {
  std::string sign;
  if (text.starts_with('-')) {
    sign = "-";
    text.remove_prefix(1);
  }
  long long exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto parsed = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (parsed.ec != std::errc{}) return sign + std::string(text);  // absurd power: by its text
    text = text.substr(0, e);
  }
  std::string digits(text.substr(0, text.find('.')));
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    digits += text.substr(dot + 1);
    exponent -= static_cast<long long>(text.size() - dot - 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  while (digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  return sign + digits + "e" + std::to_string(exponent);
}

}  // namespace

std::string render_canonical_json(const Node& node) {
  std::string out;
  append_canonical_json(out, node);
  return out;
}

bool equal_values(const Node& a, const Node& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::null: return true;
    case Kind::boolean: return a.as_boolean() == b.as_boolean();
    case Kind::number: return normal_decimal(a.number_text()) == normal_decimal(b.number_text());
    case Kind::string: return a.as_string() == b.as_string();
    case Kind::array: {
      if (a.size() != b.size()) return false;
      auto other = b.begin();
      for (const Node child : a) {
        if (!equal_values(child, *other)) return false;
        ++other;
      }
      return true;
    }
    case Kind::object: {
      if (a.size() != b.size()) return false;
      return std::all_of(a.begin(), a.end(), [&](const Node& child) {
        const Node other = b[child.key()];
        return other.exists() && equal_values(child, other);
      });
    }
  }
  return false;
}

bool survives_binary64(std::string_view number_text) {
  constexpr std::size_t exact_digits = 15;  // every integer of so many digits is exact
  const bool is_short = number_text.size() <= exact_digits;
  if (is_short && number_text.find_first_not_of("0123456789") == std::string_view::npos) return true;
  double value = 0;
  const auto parsed = std::from_chars(number_text.data(), number_text.data() + number_text.size(), value);
  if (parsed.ec != std::errc{} || !std::isfinite(value)) return normal_decimal(number_text) == "0";
  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  const std::string_view shortest(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  if (normal_decimal(shortest) == normal_decimal(number_text)) return true;
  // An exact binary value whose shortest form has fewer digits, such as 9007199254740993 is not.
  std::array<char, 1200> exact{};
  const auto full = std::to_chars(exact.data(), exact.data() + exact.size(), value, std::chars_format::fixed, 1074);
  if (full.ec != std::errc{}) return false;
  return normal_decimal({exact.data(), static_cast<std::size_t>(full.ptr - exact.data())}) ==
         normal_decimal(number_text);
}

// --- JsonWriter ---

void JsonWriter::new_line() {
  if (!pretty_) return;
  out_ += '\n';
  out_.append(stack_.size() * 2, ' ');
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (stack_.empty()) return;
  if (has_member_.back() != 0) out_ += ',';
  has_member_.back() = 1;
  new_line();
}

JsonWriter& JsonWriter::begin_object() {
  before_value();
  out_ += '{';
  stack_ += '{';
  has_member_ += '\0';
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  const bool had = has_member_.back() != 0;
  stack_.pop_back();
  has_member_.pop_back();
  if (had) new_line();
  out_ += '}';
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  before_value();
  out_ += '[';
  stack_ += '[';
  has_member_ += '\0';
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  const bool had = has_member_.back() != 0;
  stack_.pop_back();
  has_member_.pop_back();
  if (had) new_line();
  out_ += ']';
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  append_json_string(out_, name);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  before_value();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::number(std::string_view number_text) {
  before_value();
  out_ += number_text;
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  before_value();
  out_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::node(const Node& value) {
  switch (value.kind()) {
    case Kind::null: return null();
    case Kind::boolean: return boolean(value.as_boolean());
    case Kind::number: return number(value.number_text());
    case Kind::string: return string(value.as_string());
    case Kind::array:
      begin_array();
      for (const Node child : value) node(child);
      return end_array();
    case Kind::object:
      begin_object();
      for (const Node child : value) {
        key(child.key());
        node(child);
      }
      return end_object();
  }
  return *this;
}

}  // namespace tidegate::document

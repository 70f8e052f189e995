// SPDX-License-Identifier: Apache-2.0
// Node and plain text -> canonical JSON text.
#pragma once

#include <string>
#include <string_view>

#include "document/node.hpp"

namespace tidegate::document {

// Appends a JSON string literal: `"` `\` and control characters escaped, all else as UTF-8.
void append_json_string(std::string& out, std::string_view text);

// Keys sorted by bytes, no white space; numbers as written. Ends without newline.
std::string render_canonical_json(const Node& node);
void append_canonical_json(std::string& out, const Node& node);

// True if both hold the same value: order of members is ignored, numbers compare as decimals.
bool equal_values(const Node& a, const Node& b);

// True if the decimal number text has an exact 64-bit binary floating point value, or one that
// prints back to the same decimal (0.1 does, 12345678901234567890 does not).
bool survives_binary64(std::string_view number_text);

// Streams JSON with two-space indentation; the caller gives members in the order it wants.
// begin/end must nest; `key` precedes each member value.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, bool pretty = true) : out_(out), pretty_(pretty) {}
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& number(std::string_view number_text);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& node(const Node& value);  // order as in the document

  JsonWriter& member(std::string_view name, std::string_view text) { return key(name).string(text); }
  JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& member_boolean(std::string_view name, bool value) { return key(name).boolean(value); }

 private:
  void before_value();
  void new_line();
  std::string& out_;
  bool pretty_;
  bool after_key_ = false;
  std::string stack_{};        // '{' or '[' per open container
  std::string has_member_{};   // 0 or 1 per open container
};

}  // namespace tidegate::document

// SPDX-License-Identifier: Apache-2.0
// A Terraform value as it travels between core and provider: cty's MessagePack encoding
// (github.com/zclconf/go-cty, docs/concepts.md and cty/msgpack). A value is immutable and cheap to
// copy; it does not know its type.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace tidegate::sandbox {

class Value {
 public:
  enum class Kind { null, unknown, boolean, number, string, bytes, list, map };
  using List = std::vector<Value>;                        // list, set and tuple
  using Map = std::map<std::string, Value, std::less<>>;  // object and map

  Value() = default;  // null
  // Unknown until apply. `refinement`: the payload of extension 12, none for a plain unknown.
  static Value unknown(std::optional<std::string> refinement = {});
  static Value boolean(bool value);
  static Value number(std::string text);  // exact decimal text, as JSON writes it
  static Value string(std::string text);
  static Value bytes(std::string raw);  // the JSON of a type, before a value of dynamic type
  static Value list(List items);
  static Value map(Map members);

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }
  bool is_unknown() const { return kind() == Kind::unknown; }
  bool is_refined() const;          // an unknown of which something is said
  bool is_wholly_known() const;     // no unknown anywhere inside
  bool as_bool() const;             // of a boolean
  const std::string& text() const;  // of a number, string or bytes; of an unknown: refinement
  const List& items() const;        // of a list
  const Map& members() const;       // of a map
  const Value* find(
      std::string_view key) const;  // member of a map; null pointer: not there, no map

  // Value of dynamic type: [type JSON, value]. `dynamic_content` gives the inner value, or *this.
  bool is_dynamic() const;
  const Value& dynamic_content() const;

  // Of values of one type. Numbers by value (1.0 is 1), also where one has come as text, as core
  // sends what a 64-bit float does not hold.
  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Unknown {
    std::optional<std::string> refinement;
  };
  struct Number {
    std::string text;
  };
  struct Bytes {
    std::string raw;
  };
  std::variant<std::monostate, Unknown, bool, Number, std::string, Bytes,
               std::shared_ptr<const List>, std::shared_ptr<const Map>>
      state_{};
};

// cty's MessagePack. Sources: msgpack.org, spec.md; github.com/zclconf/go-cty, cty/msgpack/doc.go
// (unknown values: extension 0, refined ones: extension 12; values of dynamic type: an array of the
// JSON of the type and the value).
//
// Code sandbox.bad-value: no MessagePack, no value of cty (keys that are no text, a key twice),
// text that is no UTF-8, deeper than 512, bytes left over. Sizes are compared with what is left
// before anything is reserved.
Result<Value> decode_msgpack(std::string_view bytes);

// Whole numbers that 64 bits hold are integers, all others text; keys of maps are sorted. What core
// wrote comes back as a value that is equal for core.
std::string encode_msgpack(const Value& value);

// Canonical text of a value for messages and hashes: JSON, an unknown as `(known after apply)`.
std::string to_display(const Value& value);
// sha256 of the canonical encoding; the same on every machine. Unknown parts count as unknown.
std::string stable_hash(const Value& value);

}  // namespace tidegate::sandbox

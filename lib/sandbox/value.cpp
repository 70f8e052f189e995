// SPDX-License-Identifier: Apache-2.0
#include "sandbox/value.hpp"

#include <algorithm>
#include <utility>

#include "document/write.hpp"
#include "sandbox/decimal.hpp"
#include "system/digest.hpp"

namespace tidegate::sandbox {

namespace {

const Value::List& no_items() {
  static const Value::List empty;
  return empty;
}
const Value::Map& no_members() {
  static const Value::Map empty;
  return empty;
}
const std::string& no_text() {
  static const std::string empty;
  return empty;
}

}  // namespace

Value Value::unknown(std::optional<std::string> refinement) {
  Value value;
  value.state_ = Unknown{std::move(refinement)};
  return value;
}
Value Value::boolean(bool flag) {
  Value value;
  value.state_ = flag;
  return value;
}
Value Value::number(std::string text) {
  Value value;
  value.state_ = Number{std::move(text)};
  return value;
}
Value Value::string(std::string text) {
  Value value;
  value.state_ = std::move(text);
  return value;
}
Value Value::bytes(std::string raw) {
  Value value;
  value.state_ = Bytes{std::move(raw)};
  return value;
}
Value Value::list(List items) {
  Value value;
  value.state_ = std::make_shared<const List>(std::move(items));
  return value;
}
Value Value::map(Map members) {
  Value value;
  value.state_ = std::make_shared<const Map>(std::move(members));
  return value;
}

Value::Kind Value::kind() const { return static_cast<Kind>(state_.index()); }

bool Value::as_bool() const {
  const bool* flag = std::get_if<bool>(&state_);
  return flag != nullptr && *flag;
}

const std::string& Value::text() const {
  switch (kind()) {
    case Kind::number:
      return std::get<Number>(state_).text;
    case Kind::string:
      return std::get<std::string>(state_);
    case Kind::bytes:
      return std::get<Bytes>(state_).raw;
    case Kind::unknown: {
      const auto& refinement = std::get<Unknown>(state_).refinement;
      return refinement ? *refinement : no_text();
    }
    default:
      return no_text();
  }
}

bool Value::is_refined() const {
  const Unknown* state = std::get_if<Unknown>(&state_);
  return state != nullptr && state->refinement.has_value();
}

const Value::List& Value::items() const {
  const auto* list = std::get_if<std::shared_ptr<const List>>(&state_);
  return list != nullptr ? **list : no_items();
}

const Value::Map& Value::members() const {
  const auto* map = std::get_if<std::shared_ptr<const Map>>(&state_);
  return map != nullptr ? **map : no_members();
}

const Value* Value::find(std::string_view key) const {
  const Map& all = members();
  const auto found = all.find(key);
  return found == all.end() ? nullptr : &found->second;
}

bool Value::is_wholly_known() const {
  if (is_unknown()) return false;
  const auto known = [](const Value& value) { return value.is_wholly_known(); };
  return std::all_of(items().begin(), items().end(), known) &&
         std::all_of(members().begin(), members().end(),
                     [](const auto& member) { return member.second.is_wholly_known(); });
}

bool Value::is_dynamic() const {
  return items().size() == 2 && items().front().kind() == Kind::bytes;
}

const Value& Value::dynamic_content() const { return is_dynamic() ? items().back() : *this; }

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const bool number_as_text =
        (a.kind() == Value::Kind::number && b.kind() == Value::Kind::string) ||
        (a.kind() == Value::Kind::string && b.kind() == Value::Kind::number);
    return number_as_text && canonical_number(a.text()) == canonical_number(b.text());
  }
  switch (a.kind()) {
    case Value::Kind::null:
      return true;
    case Value::Kind::unknown:
      return a.is_refined() == b.is_refined() && a.text() == b.text();
    case Value::Kind::boolean:
      return a.as_bool() == b.as_bool();
    case Value::Kind::number:
      return a.text() == b.text() || canonical_number(a.text()) == canonical_number(b.text());
    case Value::Kind::string:
    case Value::Kind::bytes:
      return a.text() == b.text();
    case Value::Kind::list:
      return a.items() == b.items();
    case Value::Kind::map:
      return a.members() == b.members();
  }
  return false;
}

namespace {

void append_display(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      return;
    case Value::Kind::unknown:
      out += "(known after apply)";
      return;
    case Value::Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      return;
    case Value::Kind::number:
      out += canonical_number(value.text());
      return;
    case Value::Kind::string:
    case Value::Kind::bytes:
      document::append_json_string(out, value.text());
      return;
    case Value::Kind::list: {
      if (value.is_dynamic()) return append_display(out, value.dynamic_content());
      out += '[';
      const char* between = "";
      for (const Value& item : value.items()) {
        out += between;
        append_display(out, item);
        between = ",";
      }
      out += ']';
      return;
    }
    case Value::Kind::map: {
      out += '{';
      const char* between = "";
      for (const auto& member : value.members()) {
        out += between;
        document::append_json_string(out, member.first);
        out += ':';
        append_display(out, member.second);
        between = ",";
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

std::string to_display(const Value& value) {
  std::string out;
  append_display(out, value);
  return out;
}

std::string stable_hash(const Value& value) { return system::sha256_hex(encode_msgpack(value)); }

}  // namespace tidegate::sandbox

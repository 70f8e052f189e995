// SPDX-License-Identifier: Apache-2.0
#include "sandbox/condition.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "sandbox/pattern.hpp"

namespace tidegate::sandbox {

namespace {

using document::Node;

Diagnostic bad(const Node& node, std::string message) {
  return {.code = "sandbox.bad-behaviour",
          .where = node.location(),
          .message = std::move(message),
          .hint =
              "a condition is an object with one of leaves, enters, from, to, differs_before, "
              "decreases, increases, becomes_null, changes, at, any, all, not",
          .exit = ExitCode::policy_broken};
}

bool equals(const Node& wanted, const Value& value) {
  switch (wanted.kind()) {
    case document::Kind::null:
      return value.is_null();
    case document::Kind::boolean:
      return value.kind() == Value::Kind::boolean && value.as_bool() == wanted.as_boolean();
    case document::Kind::number:
      return value == Value::number(std::string(wanted.number_text()));
    case document::Kind::string:
      return value.kind() == Value::Kind::string && value.text() == wanted.as_string();
    default:
      return false;
  }
}

bool is_one_of(const Node& list, const Value& value) {
  return std::any_of(list.begin(), list.end(), [&](const Node& one) { return equals(one, value); });
}

std::optional<double> number_of(const Value& value) {
  double number = 0;
  const std::string& text = value.text();
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (value.is_unknown() || text.empty() || parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

bool grows(const Value& before, const Value& after) {
  const auto a = number_of(before);
  const auto b = number_of(after);
  return a && b && *a < *b;
}

}  // namespace

Status check_condition(const Node& condition) {
  if (!condition.is_object() || condition.size() != 1)
    return bad(condition, "this is no condition");
  const Node only = *condition.begin();
  const std::string_view word = only.key();
  if (word == "any" || word == "all") {
    if (!only.is_array()) return bad(only, "expected a list of conditions");
    for (const Node one : only) {
      if (Status status = check_condition(one); !status) return status;
    }
    return Done{};
  }
  if (word == "not") return check_condition(only);
  if (word == "leaves" || word == "enters" || word == "from" || word == "to")
    return only.is_array() ? Status(Done{}) : bad(only, "expected a list of values");
  if (word == "differs_before")
    return only.is_string() ? Status(Done{}) : bad(only, "expected the mark");
  if (word == "at") {
    if (!only["path"].is_string() || only.size() != 2 || !only["when"].exists())
      return bad(only, "expected path and when");
    return check_condition(only["when"]);
  }
  if (word == "decreases" || word == "increases" || word == "becomes_null" || word == "changes")
    return only.as_boolean() ? Status(Done{}) : bad(only, "expected true");
  return bad(only, "unknown condition \"" + printable(word) + "\"");
}

namespace {

// Of one attribute, both sides.
bool holds_here(std::string_view word, const Node& wanted, const Value& before,
                const Value& after) {
  if (word == "from") return is_one_of(wanted, before);
  if (word == "leaves") return is_one_of(wanted, before) && !is_one_of(wanted, after);
  if (after.is_unknown()) return word != "enters" || !is_one_of(wanted, before);
  if (word == "differs_before") {
    const auto head = [&](const Value& value) {
      return to_lower(value.text().substr(0, value.text().find(wanted.as_string())));
    };
    return head(before) != head(after);
  }
  if (word == "to") return is_one_of(wanted, after);
  if (word == "enters") return !is_one_of(wanted, before) && is_one_of(wanted, after);
  if (word == "becomes_null") return !before.is_null() && after.is_null();
  if (word == "changes") return before != after;
  return word == "increases" ? grows(before, after) : grows(after, before);
}

}  // namespace

bool holds(const Node& condition, std::string_view path, const Value& before, const Value& after) {
  const Node only = *condition.begin();
  const std::string_view word = only.key();
  const auto inner = [&](const Node& one) { return holds(one, path, before, after); };
  if (word == "any") return std::any_of(only.begin(), only.end(), inner);
  if (word == "all") return std::all_of(only.begin(), only.end(), inner);
  if (word == "at") return holds(only["when"], only["path"].as_string(), before, after);
  const Value now = value_at(after, path);
  if (word == "not") return !inner(only) || now.is_unknown();
  return holds_here(word, only, value_at(before, path), now);
}

}  // namespace tidegate::sandbox

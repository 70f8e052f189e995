// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/reading.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::policy::custom {

using document::Node;

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = find_nearest(word, candidates);
  return near ? "did you mean " + *near + "?" : std::string();
}

void Reading::error(std::string_view code, const Location& where, std::string message,
                    std::string hint) {
  ++errors_;
  diagnostics_.add({.code = std::string(code),
                    .where = where,
                    .message = shortened(printable(message), 400),
                    .hint = shortened(printable(hint), 400),
                    .exit = ExitCode::policy_broken});
}

void Reading::invalid(const Node& node, std::string message, std::string hint) {
  error(invalid_code, node.location(), std::move(message), std::move(hint));
}

void Reading::unknown_field(const Node& field, std::string_view what,
                            const std::vector<std::string>& allowed) {
  std::string hint = did_you_mean(field.key(), allowed);
  error(invalid_code, field.key_location(),
        "\"" + std::string(field.key()) + "\" is no field of " + std::string(what),
        hint.empty() ? "expected " + join(allowed, ", ") : hint);
}

bool Reading::fields(const Node& node, std::string_view what,
                     std::initializer_list<std::string_view> allowed) {
  if (!node.is_object()) {
    invalid(node, "expected " + std::string(what) + ", a mapping, found " +
                      std::string(to_string(node.kind())));
    return false;
  }
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  for (const Node field : node) {
    if (std::find(names.begin(), names.end(), field.key()) == names.end())
      unknown_field(field, what, names);
  }
  return true;
}

std::string Reading::text(const Node& owner, std::string_view name, bool needed) {
  const Node node = owner[name];
  if (!node.exists()) {
    if (needed)
      invalid(owner, "\"" + std::string(name) + "\" is missing",
              "add " + std::string(name) + ": and a text");
    return {};
  }
  if (!node.is_string() || trim(node.as_string()).empty()) {
    invalid(node,
            std::string(name) + ": expected a text, found " + std::string(to_string(node.kind())));
    return {};
  }
  return std::string(node.as_string());
}

bool Reading::boolean(const Node& owner, std::string_view name, bool fallback) {
  const Node node = owner[name];
  if (!node.exists()) return fallback;
  if (!node.is_boolean()) invalid(node, std::string(name) + ": expected true or false");
  return node.as_boolean();
}

std::optional<std::size_t> Reading::count(const Node& node, std::size_t least, std::size_t most) {
  const auto number = node.as_integer();
  if (node.is_number() && number && *number >= static_cast<std::int64_t>(least) &&
      *number <= static_cast<std::int64_t>(most)) {
    return static_cast<std::size_t>(*number);
  }
  invalid(node, std::string(node.key()) + ": expected a whole number from " +
                    std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::vector<std::string> Reading::texts(const Node& node, std::string_view what) {
  if (node.is_string() && !node.as_string().empty()) return {std::string(node.as_string())};
  std::vector<std::string> out;
  bool good = node.is_array() && node.size() > 0;
  for (const Node item : node) {
    good = good && item.is_string() && !item.as_string().empty();
    if (good) out.emplace_back(item.as_string());
  }
  if (!good)
    invalid(node, std::string(what) + ": expected a text or a list of texts, none of them empty");
  return out;
}

std::optional<std::string> Reading::id(const Node& owner) {
  const std::string text = this->text(owner, "id", true);
  if (text.empty()) return std::nullopt;
  if (text.starts_with("gate.")) {
    invalid(owner["id"],
            "the id " + text + " begins with \"gate.\", which is kept for built-in rules",
            "begin it with the name of your service or team");
    return std::nullopt;
  }
  const auto good_step = [](std::string_view step) {
    return !step.empty() && std::all_of(step.begin(), step.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
  };
  const std::vector<std::string_view> steps = split(text, '.');
  if (text.size() > 100 || steps.size() < 2 ||
      !std::all_of(steps.begin(), steps.end(), good_step)) {
    invalid(owner["id"], "the id \"" + text + "\" is not of the form team.what-it-checks",
            "lower-case letters, digits, - and _; at least one dot; at most 100 characters");
    return std::nullopt;
  }
  return text;
}

}  // namespace tidegate::policy::custom

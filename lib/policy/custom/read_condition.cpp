// SPDX-License-Identifier: Apache-2.0
// Selectors, paths and conditions of the grammar.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "policy/custom/reading.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy::custom {

namespace {

using document::Node;
using Kind = Condition::Kind;

constexpr std::array<plan::Effect, 6> effects{plan::Effect::create,  plan::Effect::update,
                                              plan::Effect::destroy, plan::Effect::replace,
                                              plan::Effect::forget,  plan::Effect::create_forget};

std::vector<plan::Effect> read_effects(const Node& node, Reading& reading) {
  std::vector<plan::Effect> out;
  const std::vector<std::string> words = reading.texts(node, "effect");
  for (const std::string& word : words) {
    if (const auto effect = find_effect(word)) {
      out.push_back(*effect);
      continue;
    }
    std::vector<std::string> names;
    for (const plan::Effect effect : effects) names.emplace_back(plan::to_string(effect));
    const std::string near = did_you_mean(word, names);
    reading.invalid(node, "\"" + word + "\" is no effect",
                    near.empty() ? "expected " + join(names, ", ") : near);
  }
  return out;
}

bool is_scalar(const Node& node) {
  return node.is_string() || node.is_number() || node.is_boolean();
}

std::string scalar_text(const Node& node) {
  return std::string(node.is_number() ? node.number_text() : node.as_string());
}

bool all_of(const Node& list, bool (*good)(const Node&)) {
  if (!list.is_array() || list.size() == 0) return false;
  return std::all_of(list.begin(), list.end(), [&](const Node& item) { return good(item); });
}

bool fits(const Node& node, Operand operand) {
  switch (operand) {
    case Operand::value:
      return true;
    case Operand::values:
      return all_of(node, [](const Node& item) { return is_scalar(item) || item.is_null(); });
    case Operand::expression:
    case Operand::text:
      return node.is_string() && !node.as_string().empty();
    case Operand::scalar:
      return is_scalar(node);
    case Operand::quantity:
      return (node.is_number() || node.is_string()) && is_quantity(scalar_text(node));
    case Operand::boolean:
      return node.is_boolean();
    case Operand::keys:
      return all_of(node, [](const Node& item) { return item.is_string(); });
    case Operand::only_true:
      return node.as_boolean();
  }
  return false;
}

// {path: P, WORD: operand}
Condition read_test(const Node& node, bool inside, Reading& reading) {
  Condition out{.kind = Kind::test};
  std::vector<std::string> names{"path"};
  for (const WordRow& row : words()) names.emplace_back(row.name);
  const WordRow* row = nullptr;
  Node operand;
  for (const Node field : node) {
    if (field.key() == "path") continue;
    const WordRow* found = find_word(field.key());
    if (found == nullptr) {
      reading.unknown_field(field, "a test on a path", names);
      return out;
    }
    if (row != nullptr) {
      reading.invalid(field, "a second word in one test", "write two tests under all: or any:");
      return out;
    }
    row = found;
    operand = field;
  }
  if (row == nullptr) {
    reading.invalid(
        node, "a path without a test",
        "add one of " + join(std::vector<std::string>(names.begin() + 1, names.end()), ", "));
    return out;
  }
  out.word = row->word;
  out.expected = operand;
  const std::string word(row->name);
  if (!fits(operand, row->operand))
    reading.invalid(operand, word + ": expected " + std::string(to_string(row->operand)));
  else if (row->operand == Operand::expression) {
    out.pattern = Pattern(operand.as_string());
    if (!out.pattern.error().empty())
      reading.invalid(operand, "matches: " + out.pattern.error(), "the syntax is RE2's");
  }
  const std::string text = reading.text(node, "path", true);
  if (text.empty()) return out;
  const auto path = read_path(text, !inside, node["path"].location(), reading);
  if (!path) return out;
  out.path = *path;
  if (inside && row->two_sides) {
    reading.invalid(operand,
                    word + " compares before with after; inside holds: there is only one element");
  } else if (!inside && row->two_sides && path->side != Side::none) {
    reading.invalid(node["path"],
                    word + " compares both sides: write the path without before. or after.");
  } else if (!inside && !row->two_sides && path->side == Side::none) {
    reading.invalid(node["path"], word + " looks at one side: write before." + path->text +
                                      " or after." + path->text);
  }
  return out;
}

Condition read_elements(const Node& node, Kind kind, bool inside, Reading& reading) {
  const std::string_view name = kind == Kind::some ? "some" : "each";
  Condition out{.kind = kind};
  reading.fields(node, "a condition on elements", {name, "holds"});
  const std::string text = reading.text(node, name, true);
  if (!text.empty()) {
    const auto path = read_path(text, !inside, node[name].location(), reading);
    if (path) out.path = *path;
    if (path && !inside && path->side == Side::none) {
      reading.invalid(node[name], "a list has elements on one side: write before." + text +
                                      " or after." + text);
    }
  }
  if (!node["holds"].exists())
    reading.invalid(node, "\"holds\" is missing", "add holds: and a condition on one element");
  else
    out.parts.push_back(read_condition(node["holds"], true, reading));
  return out;
}

Condition read_count(const Node& node, bool inside, Reading& reading) {
  Condition out{.kind = Kind::count};
  reading.fields(node, "a count", {"count", "more_than", "at_least", "at_most"});
  if (inside) reading.invalid(node, "count is over the whole plan; it cannot stand inside holds:");
  out.selector = read_selector(node["count"], reading);
  std::size_t given = 0;
  for (const Word word : {Word::more_than, Word::at_least, Word::at_most}) {
    const Node limit = node[to_string(word)];
    if (!limit.exists()) continue;
    ++given;
    out.comparison = word;
    if (const auto number = reading.count(limit, 0, 1000000000)) out.limit = *number;
  }
  if (given != 1)
    reading.invalid(node, "a count needs exactly one of more_than, at_least, at_most");
  return out;
}

Condition read_parts(const Node& node, Kind kind, bool inside, Reading& reading) {
  Condition out{.kind = kind};
  const std::string_view name = kind == Kind::all ? "all" : "any";
  reading.fields(node, "a list of conditions", {name});
  const Node list = node[name];
  if (!list.is_array() || list.size() == 0) {
    reading.invalid(list, std::string(name) + ": expected a list of conditions");
    return out;
  }
  for (const Node part : list) out.parts.push_back(read_condition(part, inside, reading));
  return out;
}

}  // namespace

std::optional<plan::Effect> find_effect(std::string_view word) {
  const auto found = std::find_if(effects.begin(), effects.end(), [&](plan::Effect effect) {
    return plan::to_string(effect) == word;
  });
  return found == effects.end() ? std::nullopt : std::optional(*found);
}

Selector read_selector(const Node& node, Reading& reading) {
  Selector out;
  if (!reading.fields(node, "a selector",
                      {"type", "address", "module", "provider", "tier", "effect", "tags"}))
    return out;
  if (node.size() == 0)
    reading.invalid(node, "an empty selector", "leave it out, or say what is meant: type: \"*\"");
  const std::array<std::pair<std::string_view, std::vector<std::string>*>, 5> lists{
      {{"type", &out.types},
       {"address", &out.addresses},
       {"module", &out.modules},
       {"provider", &out.providers},
       {"tier", &out.tiers}}};
  for (const auto& list : lists) {
    if (node[list.first].exists()) *list.second = reading.texts(node[list.first], list.first);
  }
  if (node["effect"].exists()) out.effects = read_effects(node["effect"], reading);
  const Node tags = node["tags"];
  if (tags.exists() && (!tags.is_object() || tags.size() == 0))
    reading.invalid(tags, "tags: expected keys with a glob each");
  for (const Node tag : tags) {
    if (tag.is_string())
      out.tags.emplace_back(tag.key(), tag.as_string());
    else
      reading.invalid(tag, "tags: expected a text; write numbers and booleans in quotes");
  }
  return out;
}

std::optional<Path> read_path(std::string_view text, bool sided, const Location& where,
                              Reading& reading) {
  Path out{.text = std::string(text), .where = where};
  const auto refuse = [&](const std::string& why) {
    reading.error(invalid_code, where, "\"" + std::string(text) + "\" is no path: " + why,
                  "a path is a.b.c, or a[\"key\"] for a key with other characters");
    return std::nullopt;
  };
  std::string_view rest = text;
  for (const auto& side : {std::pair("before.", Side::before), std::pair("after.", Side::after)}) {
    if (!sided || !rest.starts_with(side.first)) continue;
    out.side = side.second;
    rest.remove_prefix(std::string_view(side.first).size());
    break;
  }
  while (!rest.empty() || out.steps.empty()) {
    if (rest.starts_with("[\"") && !out.steps.empty()) {
      const std::size_t end = rest.find("\"]");
      if (end == std::string_view::npos || end < 3) return refuse("a key has no end");
      out.steps.emplace_back(rest.substr(2, end - 2));
      rest.remove_prefix(end + 2);
    } else {
      if (!out.steps.empty()) {
        if (rest.front() != '.') return refuse("expected a dot or [\"key\"]");
        rest.remove_prefix(1);
      }
      const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
      const std::string_view step = rest.substr(0, end);
      const bool good = !step.empty() && std::all_of(step.begin(), step.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
      });
      if (!good) return refuse("expected a name at \"" + shortened(rest, 30) + "\"");
      out.steps.emplace_back(step);
      rest.remove_prefix(end);
    }
  }
  return out;
}

Condition read_condition(const Node& node, bool inside, Reading& reading) {
  const auto has = [&](std::string_view name) { return node[name].exists(); };
  if (!node.is_object()) {
    reading.invalid(
        node, "expected a condition, a mapping, found " + std::string(to_string(node.kind())));
    return {};
  }
  if (has("all")) return read_parts(node, Kind::all, inside, reading);
  if (has("any")) return read_parts(node, Kind::any, inside, reading);
  if (has("not")) {
    Condition out{.kind = Kind::negation};
    reading.fields(node, "a negation", {"not"});
    out.parts.push_back(read_condition(node["not"], inside, reading));
    return out;
  }
  if (has("some")) return read_elements(node, Kind::some, inside, reading);
  if (has("each")) return read_elements(node, Kind::each, inside, reading);
  if (has("count")) return read_count(node, inside, reading);
  if (has("path")) return read_test(node, inside, reading);
  const std::vector<std::string> names{"all", "any", "not", "path", "some", "each", "count"};
  for (const Node field : node) {
    const std::string near = did_you_mean(field.key(), names);
    if (near.empty()) continue;
    reading.error(invalid_code, field.key_location(),
                  "\"" + std::string(field.key()) + "\" is no condition", near);
    return {};
  }
  reading.invalid(node, "no condition: one of all, any, not, path, some, each, count is missing");
  return {};
}

}  // namespace tidegate::policy::custom

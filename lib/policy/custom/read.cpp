// SPDX-License-Identifier: Apache-2.0
// The file, its rules, exec checks and types, messages and inline tests.
#include "policy/custom/read.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/custom/reading.hpp"

namespace tidegate::policy::custom {

namespace {

using document::Node;

constexpr std::string_view schema_name = "tidegate/checks/1";
constexpr std::size_t most_repeats = 1000;

std::optional<Level> find_level(std::string_view word) {
  for (const Level level : {Level::block, Level::warn, Level::note}) {
    if (to_string(level) == word) return level;
  }
  return std::nullopt;
}

Level read_level(const Node& owner, Reading& reading) {
  const std::string word = reading.text(owner, "severity", true);
  const auto level = find_level(word);
  if (!level && !word.empty()) {
    const std::string near = did_you_mean(word, {"block", "warn", "note"});
    reading.invalid(owner["severity"], "\"" + word + "\" is no severity",
                    near.empty() ? "expected block, warn or note" : near);
  }
  return level.value_or(Level::block);
}

bool has_count(const Condition& condition) {
  return condition.kind == Condition::Kind::count ||
         std::any_of(condition.parts.begin(), condition.parts.end(), has_count);
}

bool only_counts(const Condition& condition) {
  if (condition.kind == Condition::Kind::count) return true;
  const bool joins = condition.kind == Condition::Kind::all ||
                     condition.kind == Condition::Kind::any ||
                     condition.kind == Condition::Kind::negation;
  return joins && std::all_of(condition.parts.begin(), condition.parts.end(), only_counts);
}

// {address}, {count}, {before.x}, {after.x}
Piece read_placeholder(std::string_view word, const Node& node, const Condition& when,
                       Reading& reading) {
  if (word == "address") return {.kind = Piece::Kind::address};
  if (word == "count") {
    if (!has_count(when)) reading.invalid(node, "{count}, but the rule counts nothing");
    return {.kind = Piece::Kind::count};
  }
  if (word.starts_with("before.") || word.starts_with("after.")) {
    if (const auto path = read_path(word, true, node.location(), reading))
      return {.kind = Piece::Kind::value, .path = *path};
    return {};
  }
  const std::string near = did_you_mean(word, {"address", "count", "before", "after"});
  reading.invalid(
      node, "{" + std::string(word) + "} is no placeholder",
      near.empty() ? "expected {address}, {count}, {before.PATH} or {after.PATH}" : near);
  return {};
}

CheckRule read_rule(const Node& node, ChecksFile& file, Reading& reading) {
  CheckRule rule{.where = node.location()};
  const std::size_t before = reading.errors();
  if (!reading.fields(node, "a rule",
                      {"id", "severity", "match", "when", "message", "fix", "unchecked", "tests"}))
    return rule;
  rule.id = reading.id(node).value_or("");
  rule.level = read_level(node, reading);
  if (node["match"].exists()) rule.match = read_selector(node["match"], reading);
  if (node["when"].exists())
    rule.when = read_condition(node["when"], false, reading);
  else
    reading.invalid(node, "\"when\" is missing", "add when: and a condition");
  if (!reading.text(node, "message", true).empty())
    rule.message = read_message(node["message"], rule.when, reading);
  rule.fix = reading.text(node, "fix", false);
  rule.unchecked = reading.boolean(node, "unchecked", false);
  const bool of_plan = !rule.match && only_counts(rule.when);
  for (const Piece& piece : rule.message) {
    if (of_plan && piece.kind == Piece::Kind::value) {
      reading.invalid(node["message"],
                      "{" + piece.path.text + "}: this rule looks at the plan as a whole");
    }
  }
  if (reading.errors() != before) return rule;
  check_names(rule, node, file, reading);
  if (node["tests"].exists()) rule.tests = read_examples(node["tests"], rule, reading);
  return rule;
}

std::chrono::milliseconds read_timeout(const Node& node, Reading& reading) {
  constexpr std::chrono::milliseconds usual{30000};
  if (!node.exists()) return usual;
  const std::string_view text = node.as_string();
  std::size_t digits = 0;
  std::int64_t number = 0;
  while (digits < text.size() && digits < 6 && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + (text[digits++] - '0');
  }
  const std::string_view unit = text.substr(digits);
  const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60000 : 0;
  const std::int64_t value = number * factor;
  if (digits == 0 || value < 1 || value > std::int64_t{3600} * 1000) {
    reading.invalid(node, "timeout: expected a time such as 500ms, 30s or 5m, at most 60m");
    return usual;
  }
  return std::chrono::milliseconds(value);
}

ExecCheck read_exec(const Node& node, Reading& reading) {
  ExecCheck exec{.where = node.location()};
  if (!reading.fields(node, "an exec check", {"id", "command", "input", "timeout"})) return exec;
  exec.id = reading.id(node).value_or("");
  if (!node["command"].is_array())
    reading.invalid(
        node["command"].exists() ? node["command"] : node,
        "command: expected a list of texts: the program and its arguments; no shell reads it");
  else
    exec.command = reading.texts(node["command"], "command");
  const std::string input = reading.text(node, "input", false);
  if (!input.empty() && input != "plan" && input != "changes") {
    const std::string near = did_you_mean(input, {"plan", "changes"});
    reading.invalid(node["input"], "\"" + input + "\" is no input",
                    near.empty() ? "expected plan or changes" : near);
  }
  exec.whole_plan = input == "plan";
  exec.timeout = read_timeout(node["timeout"], reading);
  return exec;
}

void read_types(const Node& node, ChecksFile& file, Reading& reading) {
  if (!node.is_object())
    return reading.invalid(node, "types: expected resource types, each with a tier");
  std::vector<std::string> tiers;
  for (const char* word :
       {"data",       "container",    "backup",      "key",       "messaging", "logs",
        "cache-data", "compute-data", "etl-state",   "retention", "guard",     "etl",
        "code",       "config",       "access",      "identity",  "dns",       "upload",
        "expiry",     "compute",      "escape-hatch"}) {
    tiers.emplace_back(word);
  }
  for (const Node type : node) {
    if (!reading.fields(type, "a type", {"tier"})) continue;
    const std::string word = reading.text(type, "tier", true);
    const auto tier = catalogue::find_tier(word);
    if (tier)
      file.types.emplace(type.key(), *tier);
    else if (!word.empty())
      reading.invalid(type["tier"], "\"" + word + "\" is no tier",
                      did_you_mean(word, tiers).empty() ? "expected " + join(tiers, ", ")
                                                        : did_you_mean(word, tiers));
  }
}

std::vector<std::string> actions_of(plan::Effect effect) {
  switch (effect) {
    case plan::Effect::none:
      return {"no-op"};
    case plan::Effect::read:
      return {"read"};
    case plan::Effect::create:
      return {"create"};
    case plan::Effect::update:
      return {"update"};
    case plan::Effect::destroy:
      return {"delete"};
    case plan::Effect::replace:
      return {"delete", "create"};
    case plan::Effect::forget:
      return {"forget"};
    case plan::Effect::create_forget:
      return {"create", "forget"};
  }
  return {};
}

const Selector* first_selector(const Condition& condition) {
  if (condition.kind == Condition::Kind::count) return &condition.selector;
  for (const Condition& part : condition.parts) {
    if (const Selector* found = first_selector(part)) return found;
  }
  return nullptr;
}

// What a snippet leaves out: the first of match, else of the first count.
void complete(Snippet& snippet, const Node& node, const CheckRule& rule, Reading& reading) {
  const Selector* match = rule.match ? &*rule.match : first_selector(rule.when);
  const std::string first =
      match != nullptr && !match->types.empty() ? match->types.front() : std::string();
  if (snippet.type.empty() && first.find('*') == std::string::npos) snippet.type = first;
  if (snippet.type.empty())
    reading.invalid(node, "the test needs a type: match names none without *",
                    "add type: and a resource type");
  if (snippet.actions.empty() && match != nullptr && !match->effects.empty()) {
    snippet.actions = actions_of(match->effects.front());
  }
  if (snippet.actions.empty()) {
    const bool was = snippet.before.is_object(), will = snippet.after.is_object();
    snippet.actions = actions_of(was && will ? plan::Effect::update
                                 : was       ? plan::Effect::destroy
                                             : plan::Effect::create);
  }
  if (match != nullptr && !match->providers.empty() &&
      match->providers.front().find('*') == std::string::npos) {
    snippet.provider = match->providers.front();
  }
}

Snippet read_snippet(const Node& node, const CheckRule& rule, Reading& reading) {
  Snippet out;
  if (!reading.fields(node, "a change of a test",
                      {"type", "address", "actions", "before", "after", "unknown", "repeat"}))
    return out;
  out.type = reading.text(node, "type", false);
  out.address = reading.text(node, "address", false);
  if (node["actions"].exists()) out.actions = reading.texts(node["actions"], "actions");
  for (const std::string& word : out.actions) {
    const std::vector<std::string> known{"create", "update", "delete", "forget", "read", "no-op"};
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    const std::string near = did_you_mean(word, known);
    reading.invalid(node["actions"], "\"" + word + "\" is no action",
                    near.empty() ? "expected " + join(known, ", ") : near);
  }
  for (const std::string_view side : {"before", "after"}) {
    const Node value = node[side];
    if (value.exists() && !value.is_object() && !value.is_null())
      reading.invalid(value, std::string(side) + ": expected attributes with their values");
    if (value.is_object()) (side == "before" ? out.before : out.after) = value;
  }
  if (node["unknown"].exists()) {
    for (const std::string& text : reading.texts(node["unknown"], "unknown")) {
      if (auto path = read_path(text, false, node["unknown"].location(), reading))
        out.unknown.push_back(std::move(*path));
    }
  }
  if (node["repeat"].exists())
    out.repeat = reading.count(node["repeat"], 1, most_repeats).value_or(1);
  complete(out, node, rule, reading);
  return out;
}

void check_ids(const ChecksFile& file, Reading& reading) {
  std::set<std::string> seen;
  const auto check = [&](const std::string& id, const Location& where) {
    if (!id.empty() && !seen.insert(id).second)
      reading.error(invalid_code, where, "the id " + id + " is used twice", "give each its own");
  };
  for (const CheckRule& rule : file.rules) check(rule.id, rule.where);
  for (const ExecCheck& exec : file.execs) check(exec.id, exec.where);
}

}  // namespace

std::vector<Piece> read_message(const Node& node, const Condition& when, Reading& reading) {
  std::vector<Piece> out;
  std::string_view rest = node.as_string();
  while (!rest.empty()) {
    const std::size_t open = rest.find('{');
    if (open != 0) {
      out.push_back({.text = std::string(rest.substr(0, open))});
      rest.remove_prefix(std::min(open, rest.size()));
      continue;
    }
    const std::size_t close = rest.find('}');
    if (close == std::string_view::npos) {
      reading.invalid(node, "a { without }");
      break;
    }
    out.push_back(read_placeholder(rest.substr(1, close - 1), node, when, reading));
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::vector<Example> read_examples(const Node& node, const CheckRule& rule, Reading& reading) {
  std::vector<Example> out;
  if (!node.is_array()) {
    reading.invalid(node, "tests: expected a list of tests");
    return out;
  }
  for (const Node item : node) {
    Example example{.where = item.location()};
    if (!reading.fields(item, "a test", {"expect", "change", "changes"})) continue;
    example.expect = reading.text(item, "expect", true);
    const std::vector<std::string> known{"block", "warn", "note", "pass", "unproven"};
    if (!example.expect.empty() &&
        std::find(known.begin(), known.end(), example.expect) == known.end()) {
      const std::string near = did_you_mean(example.expect, known);
      reading.invalid(item["expect"], "\"" + example.expect + "\" cannot be expected",
                      near.empty() ? "expected " + join(known, ", ") : near);
    }
    if (item["change"].exists() == item["changes"].exists()) {
      reading.invalid(item, "a test needs either change or changes");
    } else if (item["change"].exists()) {
      example.changes.push_back(read_snippet(item["change"], rule, reading));
    } else if (!item["changes"].is_array() || item["changes"].size() == 0) {
      reading.invalid(item["changes"], "changes: expected a list of changes");
    } else {
      for (const Node change : item["changes"])
        example.changes.push_back(read_snippet(change, rule, reading));
    }
    out.push_back(std::move(example));
  }
  return out;
}

ChecksFile parse_checks(const std::string& file, std::string text, Diagnostics& diagnostics) {
  ChecksFile out;
  Reading reading(diagnostics);
  Result<document::DocumentPtr> parsed = document::parse_yaml(file, std::move(text));
  if (!parsed) {
    Diagnostic failure = parsed.failure();
    failure.exit = ExitCode::policy_broken;
    diagnostics.add(std::move(failure));
    return out;
  }
  out.document = *parsed;
  const Node root = out.document->root();
  if (!reading.fields(root, "a checks file", {"schema", "rules", "exec", "types"})) return out;
  const std::string schema = reading.text(root, "schema", true);
  if (!schema.empty() && schema != schema_name) {
    reading.invalid(
        root["schema"],
        "the schema is \"" + schema + "\", expected \"" + std::string(schema_name) + "\"",
        schema.starts_with("tidegate/checks/") ? "this file needs another version of deploy-gate"
                                               : "");
  }
  if (!root["rules"].exists() && !root["exec"].exists() && !root["types"].exists()) {
    reading.invalid(root, "a checks file without rules, exec and types checks nothing");
  }
  if (root["types"].exists()) read_types(root["types"], out, reading);
  for (const std::string_view name : {"rules", "exec"}) {
    const Node list = root[name];
    if (!list.exists()) continue;
    if (!list.is_array() || (name == "rules" && list.size() == 0)) {
      reading.invalid(list, std::string(name) + (list.is_array() ? ": the list is empty" : ": expected a list"));
      continue;
    }
    for (const Node item : list) {
      if (name == "rules")
        out.rules.push_back(read_rule(item, out, reading));
      else
        out.execs.push_back(read_exec(item, reading));
    }
  }
  check_ids(out, reading);
  return out;
}

}  // namespace tidegate::policy::custom

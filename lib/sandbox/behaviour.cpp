// SPDX-License-Identifier: Apache-2.0
#include "sandbox/behaviour.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "sandbox/condition.hpp"

namespace tidegate::sandbox {

namespace {

using document::Node;

Diagnostic bad(const Node& node, std::string message, std::string hint = {}) {
  return {.code = "sandbox.bad-behaviour",
          .where = node.location(),
          .message = std::move(message),
          .hint = hint.empty() ? "docs/formats/behaviour.md lists the keys of an entry"
                               : std::move(hint),
          .exit = ExitCode::policy_broken};
}

Status check_paths(const Node& list) {
  if (!list.is_array()) return bad(list, "expected a list of attribute paths");
  for (const Node path : list) {
    if (!path.is_string() || path.as_string().empty())
      return bad(path, "expected an attribute path such as \"identity.type\"");
  }
  return Done{};
}

Status check_texts(const Node& object) {
  if (!object.is_object()) return bad(object, "expected an object: attribute path -> text");
  for (const Node member : object) {
    if (!member.is_string()) return bad(member, "expected a text");
  }
  return Done{};
}

Status check_conditional(const Node& list) {
  if (!list.is_array()) return bad(list, "expected a list of rules");
  for (const Node rule : list) {
    if (!rule["path"].is_string() || !rule["text"].is_string() || !rule["source"].is_string())
      return bad(rule, "a rule needs path, text and source");
    for (const Node member : rule) {
      const std::string_view key = member.key();
      if (key != "path" && key != "text" && key != "source" && key != "when")
        return bad(member, "unknown key \"" + printable(key) + "\" in a rule");
    }
    if (rule["when"].exists()) {
      if (Status status = check_condition(rule["when"]); !status) return status;
    }
  }
  return Done{};
}

Status check_equal(const Node& object) {
  if (Status status = check_texts(object); !status) return status;
  for (const Node member : object) {
    const std::string_view word = member.as_string();
    if (word != "json" && word != "location" && word != "case")
      return bad(member,
                 "unknown equality \"" + printable(word) + "\"; expected json, location or case");
  }
  return Done{};
}

Status check_flag(const Node& node) {
  return node.is_boolean() ? Status(Done{}) : bad(node, "expected true or false");
}

Status check_lists(const Node& object) {
  if (!object.is_object())
    return bad(object, "expected an object: attribute path -> list of values");
  for (const Node member : object) {
    if (!member.is_array()) return bad(member, "expected a list of allowed values");
  }
  return Done{};
}

Status check_object(const Node& object) {
  return object.is_object() ? Status(Done{})
                            : bad(object, "expected an object: attribute path -> value");
}

Status check_text(const Node& node) {
  return node.is_string() ? Status(Done{}) : bad(node, "expected a text");
}

using Check = Status (*)(const Node&);
constexpr std::array<std::pair<std::string_view, Check>, 12> keys{
    {{"force_new", check_paths},
     {"force_new_when", check_conditional},
     {"defaults", check_object},
     {"computed", check_texts},
     {"id", check_text},
     {"computed_blocks", check_paths},
     {"volatile", check_paths},
     {"digest", check_texts},
     {"enums", check_lists},
     {"equal", check_equal},
     {"legacy", check_flag},
     {"no_update", check_flag}}};

Status check_entry(const Node& entry) {
  if (!entry.is_object()) return bad(entry, "expected an object of rules");
  for (const Node member : entry) {
    const auto known = std::find_if(keys.begin(), keys.end(),
                                    [&](const auto& key) { return key.first == member.key(); });
    if (known == keys.end())
      return bad(member, "unknown key \"" + printable(member.key()) + "\" in the entry of " +
                             printable(entry.key()));
    if (Status status = known->second(member); !status) return status;
  }
  return Done{};
}

void take_texts(const Node& list, std::vector<std::string>& out) {
  if (!list.exists()) return;
  out.clear();
  for (const Node text : list) out.emplace_back(text.as_string());
}

template <class List, class Item>
void put_by_path(List& list, Item item) {
  const auto same = std::find_if(list.begin(), list.end(),
                                 [&](const Item& other) { return other.path == item.path; });
  if (same == list.end()) {
    list.push_back(std::move(item));
  } else {
    *same = std::move(item);
  }
}

Equality equality_of(std::string_view word) {
  return word == "json"       ? Equality::json
         : word == "location" ? Equality::location
                              : Equality::case_insensitive;
}

// Lists replace lists; what is named by a path replaces what had the same path.
void apply_entry(const Node& entry, TypeRules& rules) {
  if (const Node flag = entry["legacy"]; flag.exists()) rules.legacy = flag.as_boolean();
  if (const Node flag = entry["no_update"]; flag.exists()) rules.no_update = flag.as_boolean();
  take_texts(entry["force_new"], rules.force_new);
  take_texts(entry["computed_blocks"], rules.computed_blocks);
  take_texts(entry["volatile"], rules.volatile_paths);
  for (const Node rule : entry["force_new_when"]) {
    rules.force_new_when.push_back({.path = std::string(rule["path"].as_string()),
                                    .text = std::string(rule["text"].as_string()),
                                    .when = rule["when"],
                                    .source = std::string(rule["source"].as_string())});
  }
  for (const Node member : entry["defaults"])
    put_by_path(rules.defaults, NamedValue{std::string(member.key()), member});
  for (const Node member : entry["enums"])
    put_by_path(rules.enums, NamedValue{std::string(member.key()), member});
  for (const Node member : entry["computed"])
    put_by_path(rules.computed,
                NamedPattern{std::string(member.key()), std::string(member.as_string())});
  if (const Node id = entry["id"]; id.exists())
    put_by_path(rules.computed, NamedPattern{"id", std::string(id.as_string())});
  for (const Node member : entry["digest"])
    put_by_path(rules.digest,
                NamedPattern{std::string(member.key()), std::string(member.as_string())});
  for (const Node member : entry["equal"])
    put_by_path(rules.equal,
                NamedEquality{std::string(member.key()), equality_of(member.as_string())});
}

}  // namespace

struct Behaviour::State {
  std::vector<document::DocumentPtr> files{};
  std::multimap<std::string, Node, std::less<>> exact{};  // by type, in the order of the files
  std::vector<std::pair<std::string, Node>> prefixes{};   // without the star, short ones first
};

Behaviour::Behaviour() : state_(std::make_shared<State>()) {}

Result<std::shared_ptr<const Behaviour>> Behaviour::read(
    const std::vector<document::DocumentPtr>& files) {
  auto behaviour = std::make_shared<Behaviour>();
  State& state = *behaviour->state_;
  state.files = files;
  for (const document::DocumentPtr& file : files) {
    if (!file->root().is_object())
      return bad(file->root(), "expected an object: resource type -> rules");
    for (const Node entry : file->root()) {
      if (entry.key() == "$comment") continue;
      if (Status status = check_entry(entry); !status) return status.failure();
      std::string name(entry.key());
      if (name.ends_with('*')) {
        name.pop_back();
        state.prefixes.emplace_back(std::move(name), entry);
      } else {
        state.exact.emplace(std::move(name), entry);
      }
    }
  }
  std::stable_sort(state.prefixes.begin(), state.prefixes.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  return std::shared_ptr<const Behaviour>(std::move(behaviour));
}

TypeRules Behaviour::of(std::string_view type) const {
  TypeRules rules;
  for (const auto& entry : state_->prefixes) {
    if (type.starts_with(entry.first)) apply_entry(entry.second, rules);
  }
  const auto range = state_->exact.equal_range(type);
  for (auto entry = range.first; entry != range.second; ++entry) {
    rules.known = true;
    apply_entry(entry->second, rules);
  }
  return rules;
}

}  // namespace tidegate::sandbox

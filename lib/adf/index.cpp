// SPDX-License-Identifier: Apache-2.0
// Everything that the checks look up, read once: activities, names in lower case, uses.
#include <algorithm>
#include <array>

#include "adf/check.hpp"
#include "adf/data_flow.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

struct KindRow {
  std::string_view type{};
  ActivityKind kind = ActivityKind::other;
};

constexpr std::array kinds{
    KindRow{"ForEach", ActivityKind::for_each},
    KindRow{"Until", ActivityKind::until},
    KindRow{"IfCondition", ActivityKind::if_condition},
    KindRow{"Switch", ActivityKind::switch_},
    KindRow{"Filter", ActivityKind::filter},
    KindRow{"ExecutePipeline", ActivityKind::execute_pipeline},
    KindRow{"SetVariable", ActivityKind::set_variable},
    KindRow{"AppendVariable", ActivityKind::append_variable},
};

ActivityKind kind_of(std::string_view type) {
  for (const KindRow& row : kinds) {
    if (equal_ignoring_case(row.type, type)) return row.kind;
  }
  return ActivityKind::other;
}

class Collector {
 public:
  explicit Collector(std::vector<Activity>& out) : out_(out) {}

  void collect(const Node& list, std::size_t parent) {
    if (!list.is_array()) return;
    const std::size_t number = lists_++;
    const std::size_t first = out_.size();
    for (const Node node : list) {
      if (!node.is_object()) continue;
      const std::string_view type = node["type"].as_string();
      out_.push_back({.node = node,
                      .name = node["name"].as_string(),
                      .type = type,
                      .kind = kind_of(type),
                      .parent = parent,
                      .list = number});
    }
    const std::size_t end = out_.size();
    link(first, end);
    for (std::size_t index = first; index < end; ++index) {
      for (const Node member : out_[index].properties()) {
        if (member.key() == "cases") {
          for (const Node branch : member) collect(branch["activities"], index);
        } else if (ends_with_ignoring_case(member.key(), "activities")) {
          collect(member, index);
        }
      }
    }
  }

 private:
  void link(std::size_t first, std::size_t end) {
    std::vector<std::pair<std::string, std::uint32_t>> names;
    bool used = false;
    for (std::size_t i = first; i < end; ++i) {
      names.emplace_back(to_lower(out_[i].name), static_cast<std::uint32_t>(i));
      used = used || out_[i].node["dependsOn"].exists();
    }
    if (!used) return;
    std::sort(names.begin(), names.end());
    for (std::size_t i = first; i < end; ++i) {
      for (const Node dependency : out_[i].node["dependsOn"]) {
        const Node name = dependency["activity"];
        if (!name.is_string()) continue;
        const std::pair<std::string, std::uint32_t> wanted(to_lower(name.as_string()), 0);
        const auto place = std::lower_bound(names.begin(), names.end(), wanted);
        if (place != names.end() && place->first == wanted.first)
          out_[i].after.push_back(place->second);
      }
    }
  }

  std::vector<Activity>& out_;
  std::size_t lists_ = 0;
};

void read_return_values(Facts& facts) {
  for (const Activity& activity : facts.activities) {
    if (activity.kind != ActivityKind::set_variable) continue;
    const Node properties = activity.properties();
    if (!properties["setSystemVariable"].as_boolean()) continue;
    facts.returns = true;
    if (!properties["value"].is_array()) facts.returns_dynamic = true;
    for (const Node pair : properties["value"]) {
      const Node key = pair["key"];
      if (key.is_string() && key.as_string().find('@') == std::string_view::npos) {
        facts.return_keys.push_back(to_lower(key.as_string()));
      } else {
        facts.returns_dynamic = true;
      }
    }
  }
}

Facts facts_of(const Object& object) {
  const Node properties = object.properties();
  Facts facts{.parameters = Declarations(properties["parameters"]),
              .variables = Declarations(properties["variables"])};
  if (object.kind == ObjectKind::data_flow) {
    for (const ScriptParameter& parameter : parse_script(script_of(object)).parameters) {
      facts.parameters.add(parameter.name, {});
    }
    facts.parameters.finish();
  }
  if (object.kind != ObjectKind::pipeline) return facts;
  facts.activities = activities_of(object);
  for (std::size_t i = 0; i < facts.activities.size(); ++i) {
    facts.activity_names.emplace(to_lower(facts.activities[i].name), static_cast<std::uint32_t>(i));
  }
  read_return_values(facts);
  return facts;
}

// Walks the values of an object and keeps the innermost activity.
class UseWalker {
 public:
  UseWalker(const Facts& facts, std::vector<Use>& out) : out_(out) {
    for (std::size_t i = 0; i < facts.activities.size(); ++i)
      nodes_.emplace_back(facts.activities[i].node.index(), i);
    std::sort(nodes_.begin(), nodes_.end());
  }

  void walk(const Node& node, std::size_t activity) {
    if (node.is_string()) {
      if (node.as_string().find('@') == std::string_view::npos) return;
      ParsedText text = parse_expressions(node.as_string());
      if (text.error || !text.roots.empty())
        out_.push_back({.node = node, .text = std::move(text), .activity = activity});
      return;
    }
    if (node.is_object() && !nodes_.empty()) activity = activity_at(node, activity);
    for (const Node child : node) {
      // Descriptions are prose; scripts, and literals of data-flow parameters, are another language.
      const std::string_view key = child.key();
      if (key == "description" || key == "script" || key == "scriptLines" || key == "annotations")
        continue;
      if (child.is_string() || child.is_object() || child.is_array()) walk(child, activity);
    }
  }

 private:
  std::size_t activity_at(const Node& node, std::size_t around) const {
    if (!node.key().empty()) return around;  // activities are elements of lists
    const auto place = std::lower_bound(nodes_.begin(), nodes_.end(),
                                        std::pair<std::uint32_t, std::size_t>(node.index(), 0));
    return place != nodes_.end() && place->first == node.index() ? place->second : around;
  }

  std::vector<Use>& out_;
  std::vector<std::pair<std::uint32_t, std::size_t>> nodes_{};
};

}  // namespace

Declarations::Declarations(const Node& object) {
  for (const Node member : object) add(std::string(member.key()), member);
  finish();
}

void Declarations::add(std::string name, const Node& node) {
  std::string low = to_lower(name);
  const bool has_default = node["defaultValue"].exists() && !node["defaultValue"].is_null();
  entries_.push_back(
      {.low = std::move(low), .name = std::move(name), .node = node, .has_default = has_default});
}

void Declarations::finish() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.low < b.low; });
}

const Declarations::Entry* Declarations::find(std::string_view name) const {
  if (entries_.empty()) return nullptr;
  const std::string low = to_lower(name);
  const Entry* found = nullptr;
  for (auto place = std::lower_bound(entries_.begin(), entries_.end(), low,
                                     [](const Entry& e, const std::string& w) { return e.low < w; });
       place != entries_.end() && place->low == low; ++place) {
    if (place->name == name) return &*place;
    if (found == nullptr) found = &*place;
  }
  return found;
}

std::vector<std::string> Declarations::names() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_) all.push_back(entry.name);
  return all;
}

std::vector<Activity> activities_of(const Object& pipeline) {
  std::vector<Activity> all;
  Collector(all).collect(pipeline.properties()["activities"], Activity::none);
  return all;
}

Location place_of(const Activity& activity) {
  const Node name = activity.node["name"];
  return name ? name.location() : activity.node.location();
}

std::string words_of(const Activity& activity) {
  return (activity.type.empty() ? std::string("activity") : std::string(activity.type)) + " \"" +
         std::string(activity.name) + "\"";
}

Index make_index(const Factory& factory) {
  Index index;
  index.facts.resize(factory.objects.size());
  index.is_target.resize(factory.objects.size(), false);
  for_each_index(factory.objects.size(), [&](std::size_t i) {
    if (factory.objects[i].kind != ObjectKind::synapse) index.facts[i] = facts_of(factory.objects[i]);
  });
  std::size_t at = 0;
  for (std::size_t i = 0; i < factory.objects.size(); ++i) {
    index.facts[i].first_reference = at;
    while (at < factory.references.size() && factory.references[at].from == i) {
      const Reference& reference = factory.references[at++];
      if (reference.target && *reference.target != i) index.is_target[*reference.target] = true;
    }
    index.facts[i].end_reference = at;
    if (factory.objects[i].kind != ObjectKind::factory) continue;
    index.has_factory_file = true;
    for (const Node member : factory.objects[i].properties()["globalParameters"])
      index.global_parameters.add(std::string(member.key()), member);
  }
  index.global_parameters.finish();
  return index;
}

std::vector<Use> uses_of(const Object& object, const Facts& facts) {
  std::vector<Use> uses;
  // Without a sign of an expression there is nothing to walk for.
  const document::Document& document = *object.document;
  if (!document.hides_characters() && document.text().find('@') == std::string::npos) return uses;
  UseWalker(facts, uses).walk(object.properties(), Activity::none);
  return uses;
}

std::optional<std::string_view> member_name(const ParsedText& text, const Term& term) {
  if (term.kind == TermKind::member) return term.text;
  if (term.kind == TermKind::index && text.terms[term.children[1]].is_string)
    return text.terms[term.children[1]].text;
  return std::nullopt;
}

bool is_call(const Term& term, std::string_view function) {
  return term.kind == TermKind::call && equal_ignoring_case(term.text, function);
}

}  // namespace tidegate::adf

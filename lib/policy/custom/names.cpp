// SPDX-License-Identifier: Apache-2.0
// Resource types and attributes that a rule names must exist. A rule that can never fire because of
// a typo looks like one that is content.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "policy/address_glob.hpp"
#include "policy/custom/attributes.hpp"
#include "policy/custom/reading.hpp"

namespace tidegate::policy::custom {

namespace {

using document::Node;

std::string_view provider_prefix(std::string_view type) {
  return type.substr(0, std::min(type.find('_'), type.size()));
}

// Calls `use` with every type that is known.
template <class Use>
void for_each_type(const ChecksFile& file, Use use) {
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    use(row.name, catalogue::to_string(row.tier));
  }
  for (std::size_t i = 0; i < catalogue::stateless_count(); ++i)
    use(catalogue::stateless_at(i).name, std::string_view("stateless"));
  for (const auto& type : file.types)
    use(std::string_view(type.first), catalogue::to_string(type.second));
}

bool any_matches(const std::vector<std::string>& globs, std::string_view name) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return matches_name(glob, name);
         });
}

struct TypeSet {
  std::vector<std::string> all{};
  std::vector<Names> schemas{};
};

TypeSet matching_types(const Selector* selector, const ChecksFile& file) {
  TypeSet out;
  for_each_type(file, [&](std::string_view name, std::string_view tier) {
    if (selector != nullptr &&
        (!any_matches(selector->types, name) || !any_matches(selector->tiers, tier)))
      return;
    out.all.emplace_back(name);
    if (const auto names = find_attributes(name)) out.schemas.push_back(*names);
  });
  return out;
}

class NameCheck {
 public:
  NameCheck(const CheckRule& rule, const Node& node, const ChecksFile& file, Reading& reading)
      : rule_(rule), node_(node), file_(file), reading_(reading) {}

  void run() {
    if (rule_.match) selector(*rule_.match, node_["match"].location());
    counts(rule_.when);
    if (failed_) return;
    types_ = matching_types(rule_.match ? &*rule_.match : nullptr, file_);
    condition(rule_.when, {});
    for (const Piece& piece : rule_.message) {
      if (piece.kind == Piece::Kind::value) attribute(piece.path, {});
    }
  }

 private:
  void counts(const Condition& condition) {
    if (condition.kind == Condition::Kind::count)
      selector(condition.selector, node_["when"].location());
    for (const Condition& part : condition.parts) counts(part);
  }

  void selector(const Selector& selector, const Location& where) {
    for (const std::string& glob : selector.types) {
      bool known = false, provider = false;
      for_each_type(file_, [&](std::string_view name, std::string_view) {
        known = known || matches_name(glob, name);
        provider = provider || provider_prefix(name) == provider_prefix(glob);
      });
      if (known || (rule_.unchecked && !provider)) continue;
      failed_ = true;
      std::string hint =
          "types of a provider that the catalogue does not know need a line under types:, or "
          "unchecked: true";
      if (const auto near = catalogue::find_nearest_type(glob))
        hint = "did you mean " + *near + "?";
      reading_.error(unknown_code, where, "no known resource type matches " + glob, hint);
    }
    std::vector<std::string> tiers{"stateless", "unknown"};
    for (int i = 0; i <= static_cast<int>(catalogue::Tier::escape_hatch); ++i) {
      tiers.emplace_back(catalogue::to_string(static_cast<catalogue::Tier>(i)));
    }
    for (const std::string& glob : selector.tiers) {
      if (std::any_of(tiers.begin(), tiers.end(),
                      [&](const std::string& tier) { return matches_name(glob, tier); }))
        continue;
      failed_ = true;
      const std::string near = did_you_mean(glob, tiers);
      reading_.error(unknown_code, where, "no tier matches " + glob,
                     near.empty() ? "expected " + join(tiers, ", ") : near);
    }
  }

  void condition(const Condition& condition, const std::vector<std::string>& above) {
    const bool elements =
        condition.kind == Condition::Kind::some || condition.kind == Condition::Kind::each;
    if (elements || condition.kind == Condition::Kind::test) attribute(condition.path, above);
    std::vector<std::string> inner = above;
    if (elements)
      inner.insert(inner.end(), condition.path.steps.begin(), condition.path.steps.end());
    for (const Condition& part : condition.parts) this->condition(part, inner);
  }

  void attribute(const Path& path, const std::vector<std::string>& above) {
    if (rule_.unchecked || failed_) return;
    if (types_.schemas.empty()) {
      failed_ = true;
      const std::string what =
          types_.all.empty() ? "no listed type has this tier"
                             : types_.all.front() + (types_.all.size() > 1 ? " and others" : "");
      return reading_.error("gate.check-unchecked", path.where,
                            "the attributes of " + what + " are not known here, so \"" + path.text +
                                "\" cannot be checked",
                            "look at the spelling twice, then add unchecked: true to the rule");
    }
    std::vector<std::string> steps = above;
    steps.insert(steps.end(), path.steps.begin(), path.steps.end());
    std::vector<Names> places = types_.schemas;
    for (const std::string& step : steps) {
      std::vector<Names> below;
      for (const Names& place : places) {
        if (const auto next = place.find(step)) below.push_back(*next);
      }
      if (below.empty()) return unknown(path, step, places);
      places = std::move(below);
    }
  }

  void unknown(const Path& path, const std::string& step, const std::vector<Names>& places) {
    std::set<std::string> candidates;
    for (const Names& place : places) {
      for (std::string& name : place.all()) candidates.insert(std::move(name));
    }
    const std::string near = did_you_mean(step, {candidates.begin(), candidates.end()});
    const bool some_without = types_.schemas.size() < types_.all.size();
    reading_.error(
        unknown_code, path.where,
        "\"" + step + "\" of \"" + path.text + "\" is no attribute of " + shown_types(),
        !near.empty() ? near
        : some_without
            ? "for types whose attributes are not known here add unchecked: true to the rule"
            : "look it up in the provider's documentation");
  }

  std::string shown_types() const {
    if (!rule_.match || rule_.match->types.empty()) return "any resource type";
    return join(rule_.match->types, ", ");
  }

  const CheckRule& rule_;
  const Node& node_;
  const ChecksFile& file_;
  Reading& reading_;
  TypeSet types_{};
  bool failed_ = false;
};

}  // namespace

void check_names(const CheckRule& rule, const Node& node, const ChecksFile& file,
                 Reading& reading) {
  NameCheck(rule, node, file, reading).run();
}

}  // namespace tidegate::policy::custom

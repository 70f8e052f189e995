// SPDX-License-Identifier: Apache-2.0
// A test on an absent value (null, "", [] and {} are absent) does not hold, except set, equals:
// null, not_equals and not_in. A test that cannot be told (unknown until apply, several elements,
// things that have no order) is unknown, so a finding: what cannot be proved safe counts as unsafe.
#include "policy/custom/conditions.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "policy/address_glob.hpp"
#include "policy/compare.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy::custom {

namespace {

using document::Node;
using Kind = Condition::Kind;

Value known(const Node& node) { return Value::before(node, {}); }

bool same_scalars(const Value& a, const Value& b) {
  const std::string left = a.as_text(), right = b.as_text();
  if (left == right) return true;
  return is_quantity(left) && is_quantity(right) && compare_quantities(left, right) == Order::equal;
}

// Both are known.
Truth equal(const Value& value, const Value& expected) {
  if (expected.is_blank() || value.is_blank())
    return truth(expected.is_blank() && value.is_blank());
  if (value.is_collection() != expected.is_collection()) {
    const Value inner = value.unwrapped();
    if (!expected.is_collection() && !inner.is_collection()) return equal(inner, expected);
    return Truth::no;
  }
  if (!value.is_collection()) return truth(same_scalars(value, expected));
  if (value.holds_unknown()) return Truth::unknown;
  return truth(value.normal_form() == expected.normal_form());
}

Truth is_in(const Value& value, const Node& list) {
  Truth out = Truth::no;
  for (const Node item : list) out = either(out, equal(value, known(item)));
  return out;
}

Truth contains(const Value& value, const Node& wanted) {
  if (value.node().is_string()) {
    return truth(value.node().as_string().find(known(wanted).as_text()) != std::string_view::npos);
  }
  if (!value.node().is_array()) return Truth::unknown;
  Truth out = Truth::no;
  for (const Value& element : value.elements()) {
    out = either(out, element.is_unknown() ? Truth::unknown : equal(element, known(wanted)));
  }
  return out;
}

// The key is there, also if its value is unknown until apply.
bool has_key(const Value& object, std::string_view key) {
  const Value member = object.member(key);
  return member.is_unknown() || (member.node().exists() && !member.node().is_null());
}

Truth has_keys(const Value& value, const Node& keys, bool all) {
  const Value object = value.unwrapped();
  if (!object.node().is_object()) return Truth::unknown;
  const auto there = [&](const Node& key) { return has_key(object, key.as_string()); };
  return truth(all ? std::all_of(keys.begin(), keys.end(), there)
                   : std::any_of(keys.begin(), keys.end(), there));
}

Truth ordered(const Value& value, const Node& limit, bool (*holds)(Order)) {
  const Value scalar = value.unwrapped();
  if (scalar.is_collection() || scalar.is_unknown()) return Truth::unknown;
  const Order order = compare_quantities(scalar.as_text(), known(limit).as_text());
  return order == Order::unclear ? Truth::unknown : truth(holds(order));
}

template <class Holds>
Truth text_test(const Value& value, Holds holds) {
  const Value scalar = value.unwrapped();
  if (scalar.is_collection() || scalar.is_unknown()) return Truth::unknown;
  return truth(holds(scalar.as_text()));
}

Truth test_present(const Condition& test, const Value& value) {
  const Node& expected = test.expected;
  switch (test.word) {
    case Word::equals:
      return equal(value, known(expected));
    case Word::not_equals:
      return opposite(equal(value, known(expected)));
    case Word::in:
      return is_in(value, expected);
    case Word::not_in:
      return opposite(is_in(value, expected));
    case Word::matches:
      return text_test(value,
                       [&](const std::string& text) { return test.pattern.matches_whole(text); });
    case Word::starts_with:
      return text_test(
          value, [&](const std::string& text) { return text.starts_with(expected.as_string()); });
    case Word::ends_with:
      return text_test(
          value, [&](const std::string& text) { return text.ends_with(expected.as_string()); });
    case Word::contains:
      return contains(value, expected);
    case Word::less_than:
      return ordered(value, expected, [](Order order) { return order == Order::less; });
    case Word::more_than:
      return ordered(value, expected, [](Order order) { return order == Order::greater; });
    case Word::at_least:
      return ordered(value, expected, [](Order order) { return order != Order::less; });
    case Word::at_most:
      return ordered(value, expected, [](Order order) { return order != Order::greater; });
    case Word::set:
      return truth(expected.as_boolean());
    case Word::has_any_key:
      return has_keys(value, expected, false);
    case Word::has_all_keys:
      return has_keys(value, expected, true);
    case Word::changed:
    case Word::increased:
    case Word::decreased:
    case Word::added:
    case Word::removed:
    case Word::becomes:
      break;
  }
  return Truth::unknown;
}

Truth test_absent(const Condition& test) {
  const Node& expected = test.expected;
  switch (test.word) {
    case Word::set:
      return truth(!expected.as_boolean());
    case Word::equals:
      return truth(known(expected).is_blank());
    case Word::not_equals:
      return truth(!known(expected).is_blank());
    case Word::in:
      return is_in(Value(), expected);
    case Word::not_in:
      return opposite(is_in(Value(), expected));
    default:
      return Truth::no;
  }
}

Truth test_value(const Condition& test, const Reached& reached) {
  if (reached.several || reached.value.is_unknown()) return Truth::unknown;
  return reached.value.is_blank() && !reached.value.holds_unknown()
             ? test_absent(test)
             : test_present(test, reached.value);
}

catalogue::Comparison comparison_of(Word word) {
  switch (word) {
    case Word::increased:
      return catalogue::Comparison::increase;
    case Word::decreased:
      return catalogue::Comparison::decrease;
    case Word::added:
      return catalogue::Comparison::add;
    case Word::removed:
      return catalogue::Comparison::remove;
    case Word::becomes:
      return catalogue::Comparison::becomes;
    default:
      return catalogue::Comparison::change;
  }
}

// The comparators of the built-in rules: they walk into lists and pair their elements.
Truth compare_sides(const Condition& test, const Value& before, const Value& after) {
  std::string path;
  for (const std::string& step : test.path.steps)
    path += (path.empty() ? "" : std::string(1, '\0')) + step;
  const std::string to = known(test.expected).as_text();
  const catalogue::Entry entry{.path = path, .comparison = comparison_of(test.word), .to = to};
  Truth out = Truth::no;
  for (const Difference& difference : compare(entry, before, after)) {
    out = either(out, difference.unproven ? Truth::unknown : Truth::yes);
  }
  return out;
}

Truth look_inside(const Condition& condition, const Value& element);

// no element: `some` does not hold, `each` does.
Truth over_elements(const Condition& condition, const Reached& reached) {
  if (reached.several || reached.value.is_unknown()) return Truth::unknown;
  const Value& list = reached.value;
  const bool some = condition.kind == Kind::some;
  Truth out = truth(!some);
  if (list.is_blank() && !list.holds_unknown()) return out;
  const std::vector<Value> elements =
      list.node().is_array() ? list.elements() : std::vector<Value>{list};
  for (const Value& element : elements) {
    const Truth one =
        element.is_unknown() ? Truth::unknown : look_inside(condition.parts.front(), element);
    out = some ? either(out, one) : both(out, one);
  }
  return out;
}

Truth look_inside(const Condition& condition, const Value& element) {
  switch (condition.kind) {
    case Kind::all: {
      Truth out = Truth::yes;
      for (const Condition& part : condition.parts) out = both(out, look_inside(part, element));
      return out;
    }
    case Kind::any: {
      Truth out = Truth::no;
      for (const Condition& part : condition.parts) out = either(out, look_inside(part, element));
      return out;
    }
    case Kind::negation:
      return opposite(look_inside(condition.parts.front(), element));
    case Kind::some:
    case Kind::each:
      return over_elements(condition, reach(element, condition.path.steps));
    case Kind::test:
      return test_value(condition, reach(element, condition.path.steps));
    case Kind::count:
      break;
  }
  return Truth::unknown;
}

Truth look_at_leaf(const Condition& condition, const Subject& subject) {
  if (condition.kind == Kind::test && condition.path.side == Side::none) {
    return compare_sides(condition, subject.before, subject.after);
  }
  const Value& side = condition.path.side == Side::before ? subject.before : subject.after;
  const Reached reached = reach(side, condition.path.steps);
  return condition.kind == Kind::test ? test_value(condition, reached)
                                      : over_elements(condition, reached);
}

void collect(const Condition& condition, const Subject& subject, Leaves& out) {
  const bool leaf =
      condition.kind == Kind::test || condition.kind == Kind::some || condition.kind == Kind::each;
  if (leaf) {
    out.answers.push_back(look_at_leaf(condition, subject));
    if (out.answers.back() == Truth::unknown && out.unknown_path.empty())
      out.unknown_path = condition.path.text;
    return;
  }
  for (const Condition& part : condition.parts) collect(part, subject, out);
}

Truth compare_count(const Condition& condition, const Tally& tally) {
  const auto holds = [&](std::size_t number) {
    switch (condition.comparison) {
      case Word::more_than:
        return number > condition.limit;
      case Word::at_least:
        return number >= condition.limit;
      default:
        return number <= condition.limit;
    }
  };
  const bool least = holds(tally.sure), most = holds(tally.sure + tally.perhaps);
  return least == most ? truth(least) : Truth::unknown;
}

struct Place {
  std::size_t leaf = 0;
  std::size_t count = 0;
};

Truth join_at(const Condition& condition, const Leaves& leaves, const std::vector<Tally>* tallies,
              Place& place) {
  switch (condition.kind) {
    case Kind::all: {
      Truth out = Truth::yes;
      for (const Condition& part : condition.parts)
        out = both(out, join_at(part, leaves, tallies, place));
      return out;
    }
    case Kind::any: {
      Truth out = Truth::no;
      for (const Condition& part : condition.parts)
        out = either(out, join_at(part, leaves, tallies, place));
      return out;
    }
    case Kind::negation:
      return opposite(join_at(condition.parts.front(), leaves, tallies, place));
    case Kind::some:
    case Kind::each:
    case Kind::test:
      return leaves.answers[place.leaf++];
    case Kind::count: {
      const std::size_t index = place.count++;
      return tallies == nullptr ? Truth::unknown : compare_count(condition, (*tallies)[index]);
    }
  }
  return Truth::unknown;
}

Truth matches_tag(const Value& side, const std::pair<std::string, std::string>& tag) {
  const Value value = side.member("tags").unwrapped().member(tag.first);
  if (value.is_unknown()) return Truth::unknown;
  return truth(!value.is_blank() && matches_name(tag.second, value.as_text()));
}

bool matches_any(const std::vector<std::string>& globs, auto holds) {
  return globs.empty() || std::any_of(globs.begin(), globs.end(), holds);
}

// registry.terraform.io/hashicorp/azurerm is also hashicorp/azurerm, and azurerm.
bool matches_provider(const std::string& glob, std::string_view provider) {
  for (;;) {
    if (matches_name(glob, provider)) return true;
    const std::size_t slash = provider.find('/');
    if (slash == std::string_view::npos) return false;
    provider.remove_prefix(slash + 1);
  }
}

}  // namespace

Truth matches(const Selector& selector, const Subject& subject) {
  const plan::Change& change = subject.change;
  const bool fits =
      matches_any(selector.types,
                  [&](const std::string& glob) { return matches_name(glob, change.type); }) &&
      matches_any(selector.addresses,
                  [&](const std::string& glob) {
                    return matches_address(glob, change.address) ||
                           (!change.previous_address.empty() &&
                            matches_address(glob, change.previous_address));
                  }) &&
      matches_any(
          selector.modules,
          [&](const std::string& glob) { return matches_address(glob, change.module_address); }) &&
      matches_any(
          selector.providers,
          [&](const std::string& glob) { return matches_provider(glob, change.provider); }) &&
      matches_any(selector.tiers,
                  [&](const std::string& glob) { return matches_name(glob, subject.tier_text()); });
  if (!fits) return Truth::no;
  if (!selector.effects.empty() && std::find(selector.effects.begin(), selector.effects.end(),
                                             change.effect) == selector.effects.end()) {
    return Truth::no;
  }
  // A tag that this very plan sets or takes off must not free the object.
  Truth out = Truth::yes;
  for (const auto& tag : selector.tags)
    out = both(out, either(matches_tag(subject.before, tag), matches_tag(subject.after, tag)));
  return out;
}

std::string Tally::shown() const {
  return std::to_string(sure) + (perhaps > 0 ? " to " + std::to_string(sure + perhaps) : "");
}

std::vector<const Condition*> counts_of(const Condition& condition) {
  std::vector<const Condition*> out;
  if (condition.kind == Kind::count) out.push_back(&condition);
  for (const Condition& part : condition.parts) {
    for (const Condition* count : counts_of(part)) out.push_back(count);
  }
  return out;
}

bool looks_at_changes(const Condition& condition) {
  if (condition.kind == Kind::test || condition.kind == Kind::some || condition.kind == Kind::each)
    return true;
  return std::any_of(condition.parts.begin(), condition.parts.end(), looks_at_changes);
}

Leaves look(const Condition& condition, const Subject& subject) {
  Leaves out;
  collect(condition, subject, out);
  return out;
}

Truth join(const Condition& condition, const Leaves& leaves, const std::vector<Tally>* tallies) {
  Place place;
  return join_at(condition, leaves, tallies, place);
}

Reached reach(const Value& from, const std::vector<std::string>& steps) {
  Value value = from;
  for (const std::string& step : steps) {
    if (value.is_unknown()) break;
    value = value.unwrapped();
    if (value.is_unknown()) break;
    if (value.node().is_array() && value.node().size() > 1)
      return {.value = value, .several = true};
    value = value.member(step);
  }
  return {.value = value};
}

}  // namespace tidegate::policy::custom

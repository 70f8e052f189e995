// SPDX-License-Identifier: Apache-2.0
// The meaning of every word of the entry grammar. Three-valued: a comparison that depends on something
// unknown until apply, or on two values that cannot be ordered, is unproven and counts as unsafe.
#include "policy/compare.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Comparison;
using catalogue::Entry;

enum class Answer { no, yes, unproven };

Answer yes_if(bool condition) { return condition ? Answer::yes : Answer::no; }

bool is_minus_one(const Value& value) { return value.as_text() == "-1"; }

// "absent, empty, 0 or -1": there was no limit, no period, no rule.
bool is_unset(const Value& value) { return value.is_zero_like() || is_minus_one(value); }

bool same(const Value& a, const Value& b) {
  const std::string left = a.normal_form();
  const std::string right = b.normal_form();
  if (left == right) return true;
  return !a.is_collection() && !b.is_collection() && is_quantity(a.as_text()) && is_quantity(b.as_text()) &&
         compare_quantities(a.as_text(), b.as_text()) == Order::equal;
}

// Is the value the word of an `A->B` entry? Absent counts as false.
bool is_word(const Value& value, std::string_view word) {
  if (equal_ignoring_case(word, "null")) return value.is_blank();
  if (equal_ignoring_case(word, "false")) {
    return value.is_blank() || equal_ignoring_case(value.as_text(), "false");
  }
  return equal_ignoring_case(value.as_text(), word);
}

class Leaf {
 public:
  Leaf(const Entry& entry, const Value& before, const Value& after)
      : entry_(entry), before_(before.unwrapped()), after_(after.unwrapped()), raw_before_(before), raw_after_(after) {}

  Answer answer() {
    if (after_.is_unknown()) return could_fire() ? Answer::unproven : Answer::no;
    switch (entry_.comparison) {
      case Comparison::decrease: return decrease();
      case Comparison::increase: return ordered(Order::greater);
      case Comparison::zero: return zero();
      case Comparison::remove: return removed(raw_before_, raw_after_);
      case Comparison::add:
      case Comparison::set: return added();
      case Comparison::change: return changed();
      case Comparison::rename: return renamed();
      case Comparison::widen: return widened(raw_before_, raw_after_);
      case Comparison::downgrade: return downgraded();
      case Comparison::becomes: return becomes();
    }
    return Answer::unproven;
  }
  const std::string& element() const { return element_; }

 private:
  // What the entry needs of the side that is known.
  bool could_fire() const {
    switch (entry_.comparison) {
      case Comparison::decrease: return !before_.is_zero_like() || entry_.pattern == 2 || zero_is_unlimited();
      case Comparison::increase:
      case Comparison::remove:
      case Comparison::rename:
      case Comparison::downgrade:
      case Comparison::widen: return !before_.is_blank();
      case Comparison::zero: return !before_.is_zero_like();
      case Comparison::add:
      case Comparison::set: return is_unset(before_) || before_.is_collection();
      case Comparison::change: return true;
      case Comparison::becomes:
        return !is_word(before_, entry_.to) && (entry_.from.empty() || is_word(before_, entry_.from));
    }
    return true;
  }

  bool zero_is_unlimited() const { return entry_.note.find("0 = unlimited") != std::string_view::npos; }

  // P2: absent, -1 and (by its note) 0 are without limit; P3: the same, and adding is another entry.
  bool is_unlimited(const Value& value) const {
    if (zero_is_unlimited() && !value.is_blank() && is_zero_quantity(value.as_text())) return true;
    if (entry_.pattern == 2 || entry_.pattern == 3) return value.is_blank() || is_minus_one(value);
    return false;
  }

  Answer decrease() const {
    if (same(before_, after_) && !zero_is_unlimited()) return Answer::no;
    if (is_unlimited(after_)) return Answer::no;
    if (is_unlimited(before_)) {
      if (entry_.pattern == 3) return Answer::no;
      return yes_if(!after_.is_blank());
    }
    // A period that is no longer given falls back to a default nobody sees here.
    if (after_.is_blank()) return yes_if(entry_.pattern == 1 && !before_.is_zero_like());
    if (before_.is_blank()) return Answer::no;
    if (entry_.pattern == 1 && is_minus_one(before_)) return yes_if(!is_minus_one(after_));
    return ordered(Order::less);
  }

  // Is `after` less or greater than `before`?
  Answer ordered(Order wanted) const {
    if (before_.is_blank() || after_.is_blank() || same(before_, after_)) return Answer::no;
    if (before_.is_collection() || after_.is_collection()) return Answer::unproven;
    const Order order = compare_quantities(after_.as_text(), before_.as_text());
    if (order == Order::unclear) return Answer::unproven;
    return yes_if(order == wanted);
  }

  Answer zero() const {
    return yes_if(!before_.is_zero_like() && !is_zero_quantity(before_.as_text()) && !after_.is_blank() &&
                  is_zero_quantity(after_.as_text()));
  }

  Answer removed(const Value& before, const Value& after) {
    if (before.is_zero_like()) return Answer::no;
    if (after.is_blank()) return Answer::yes;
    if (before.node().is_object() && after.node().is_object()) return key_gone(before, after);
    if (before.node().is_string() && after.node().is_string()) return field_gone(before, after);
    if (!before.node().is_array()) return Answer::no;
    Answer answer = Answer::no;
    for (const Pair& pair : pair_elements(before, after)) {
      if (!pair.before.node().exists() || pair.before.is_blank()) continue;
      if (pair.after.is_unknown()) {
        answer = answer == Answer::yes ? answer : Answer::unproven;
      } else if (gone(pair)) {
        element_ = pair.name.empty() ? pair.before.shown() : pair.name;
        answer = Answer::yes;
      }
    }
    return answer;
  }

  // Lists as JSON text, with `name` and nested `fields`: the schema of a BigQuery table.
  Answer field_gone(const Value& before, const Value& after) {
    if (!trim(before.node().as_string()).starts_with('[') || same(before, after)) return Answer::no;
    const auto old_text = document::parse_json("before", std::string(before.node().as_string()));
    const auto new_text = document::parse_json("after", std::string(after.node().as_string()));
    if (!old_text || !new_text) return Answer::unproven;
    std::set<std::string> kept;
    std::set<std::string> old;
    collect_names((*new_text)->root(), {}, kept);
    collect_names((*old_text)->root(), {}, old);
    for (const std::string& name : old) {
      if (kept.contains(name)) continue;
      element_ = before.is_sensitive() ? before.shown() : "\"" + shortened(printable(name), 80) + "\"";
      return Answer::yes;
    }
    return Answer::no;
  }

  static void collect_names(const document::Node& list, const std::string& prefix, std::set<std::string>& out) {
    for (const document::Node field : list) {
      const std::string name = prefix + to_lower(field["name"].as_string());
      out.insert(name);
      collect_names(field["fields"], name + ".", out);
    }
  }

  // Scalars have no identity of their own: a changed one is one gone and another one added.
  static bool gone(const Pair& pair) {
    if (!pair.after.node().exists()) return true;
    // Names that are blank or occur twice cannot pair elements, but they still tell them apart.
    for (const char* member : {"name", "key", "id"}) {
      const std::string name = pair.before.member(member).as_text();
      const Value other = pair.after.member(member);
      if (!name.empty() && !other.is_unknown() && other.as_text() != name) return true;
    }
    return !pair.before.is_collection() && !same(pair.before, pair.after);
  }

  Answer key_gone(const Value& before, const Value& after) {
    Answer answer = Answer::no;
    const auto others = by_key(after);
    for (const auto& member : before.members()) {
      if (member.second.is_zero_like()) continue;
      const std::string_view key = member.first;
      const Value other = partner(others, key, after);
      if (other.is_unknown()) answer = answer == Answer::yes ? answer : Answer::unproven;
      else if (other.is_blank()) {
        element_ = "\"" + shortened(printable(key), 80) + "\"";
        answer = Answer::yes;
      }
    }
    return answer;
  }

  static std::map<std::string_view, Value> by_key(const Value& object) {
    std::map<std::string_view, Value> out;
    for (auto& member : object.members()) out.insert(std::move(member));
    return out;
  }

  // A member that the object lacks may still be unknown by its mask.
  static Value partner(const std::map<std::string_view, Value>& members, std::string_view key, const Value& object) {
    const auto found = members.find(key);
    return found == members.end() ? object.masked_member(key) : found->second;
  }

  Answer added() const {
    if (raw_after_.node().is_array() && raw_before_.node().is_array() && raw_before_.node().size() > 0) {
      for (const Pair& pair : pair_elements(raw_before_, raw_after_)) {
        if (!pair.before.node().exists() && !pair.after.is_blank()) return Answer::yes;
      }
      return Answer::no;
    }
    if (after_.holds_unknown() && is_unset(before_)) return Answer::yes;
    return yes_if(is_unset(before_) && !is_unset(after_));
  }

  Answer changed() const {
    if (raw_after_.holds_unknown()) return Answer::unproven;
    if (entry_.pattern == 14 && is_same_key(before_.as_text(), after_.as_text())) return Answer::no;
    return yes_if(!same(raw_before_, raw_after_));
  }

  // Ids of Azure Key Vault, https://HOST/keys/NAME/VERSION: another version is the same key, and the vault
  // keeps the old one.
  static bool is_same_key(std::string_view before, std::string_view after) {
    const auto without_version = [](std::string_view id) {
      for (const std::string_view kind : {"/keys/", "/secrets/", "/certificates/"}) {
        const std::size_t at = id.find(kind);
        if (id.starts_with("https://") && at != std::string_view::npos) return id.substr(0, id.find('/', at + kind.size()));
      }
      return std::string_view();
    };
    const std::string_view key = without_version(before);
    return !key.empty() && key == without_version(after);
  }

  Answer renamed() {
    if (!raw_before_.node().is_array() || !raw_after_.node().is_array()) {
      if (before_.is_blank() || after_.is_blank() || before_.is_collection()) return Answer::no;
      return yes_if(!same(before_, after_));
    }
    std::multiset<std::string> fresh;
    std::vector<const Value*> lost;
    const std::vector<Pair> pairs = pair_elements(raw_before_, raw_after_);
    for (const Pair& pair : pairs) {
      if (!pair.before.node().exists()) fresh.insert(without_name(pair.after));
      else if (!pair.after.node().exists()) lost.push_back(&pair.before);
    }
    for (const Value* element : lost) {
      if (!fresh.contains(without_name(*element))) continue;
      element_ = element->member("name").shown();
      return Answer::yes;
    }
    return Answer::no;
  }

  static std::string without_name(const Value& element) {
    std::string text;
    std::vector<std::string> parts;
    for (const auto& member : element.members()) {
      if (member.first != "name") parts.push_back(std::string(member.first) + "=" + member.second.normal_form());
    }
    std::sort(parts.begin(), parts.end());
    return join(parts, ";");
  }

  // A filter selects what a rule deletes. In an object of conditions every condition narrows; in a list
  // of prefixes every prefix adds, and none selects everything.
  Answer widened(const Value& before, const Value& after) {
    if (before.is_zero_like()) return Answer::no;
    if (after.is_unknown()) return Answer::unproven;
    if (after.is_blank()) return Answer::yes;
    if (before.node().is_object() && after.node().is_object()) {
      Answer answer = Answer::no;
      const auto others = by_key(after);
      for (const auto& member : before.members()) {
        const Answer inner = widened(member.second, partner(others, member.first, after));
        if (inner != Answer::no) answer = inner;
        if (inner == Answer::yes) break;
      }
      return answer;
    }
    if (before.is_collection() || after.is_collection()) return widened_list(before, after);
    if (before.node().is_number() || after.node().is_number()) return yes_if(!same(before, after));
    return yes_if(!after.as_text().starts_with(before.as_text()));
  }

  Answer widened_list(const Value& before, const Value& after) {
    const std::vector<Value> olds = before.node().is_array() ? before.elements() : std::vector<Value>{before};
    const std::vector<Value> news = after.node().is_array() ? after.elements() : std::vector<Value>{after};
    const bool objects = std::any_of(olds.begin(), olds.end(), [](const Value& v) { return v.is_collection(); });
    if (objects) {
      if (olds.size() == 1 && news.size() == 1) return widened(olds.front(), news.front());
      return yes_if(!same(before, after));
    }
    // Narrower only if no entry is lost and every new prefix lies inside an old one.
    if (news.size() < olds.size()) return Answer::yes;
    for (const Value& value : news) {
      if (value.is_unknown()) return Answer::unproven;
      const std::string text = value.as_text();
      const bool inside = std::any_of(olds.begin(), olds.end(),
                                      [&](const Value& old) { return text.starts_with(old.as_text()); });
      if (!inside) return Answer::yes;
    }
    return Answer::no;
  }

  Answer downgraded() const {
    if (before_.is_blank() || after_.is_blank() || same(before_, after_)) return Answer::no;
    if (before_.is_collection() || after_.is_collection()) return Answer::unproven;
    const Order order = compare_ranks(after_.as_text(), before_.as_text());
    if (order == Order::unclear) return Answer::unproven;
    return yes_if(order == Order::less);
  }

  Answer becomes() const {
    return yes_if(is_word(after_, entry_.to) && !is_word(before_, entry_.to) &&
                  (entry_.from.empty() || is_word(before_, entry_.from)));
  }

  const Entry& entry_;
  Value before_;
  Value after_;
  const Value& raw_before_;
  const Value& raw_after_;
  std::string element_{};
};

class Walk {
 public:
  explicit Walk(const Entry& entry) : entry_(entry), steps_(catalogue::steps_of(entry.path)) {}

  std::vector<Difference> run(const Value& before, const Value& after) {
    descend(0, before, after, {});
    return std::move(found_);
  }

 private:
  void descend(std::size_t step, const Value& before, const Value& after, const std::string& path) {
    if (step == steps_.size()) return leaf(before, after, path);
    if (before.node().is_array() || after.node().is_array()) return descend_list(step, before, after, path);
    if (!before.node().is_object() && !after.node().is_object() && !after.is_unknown()) return;
    const std::string name(steps_[step]);
    descend(step + 1, before.member(name), after.member(name), path.empty() ? name : path + "." + name);
  }

  void descend_list(std::size_t step, const Value& before, const Value& after, const std::string& path) {
    const bool many = before.node().size() > 1 || after.node().size() > 1;
    for (const Pair& pair : many || after.is_unknown() ? pair_elements(before, after) : single(before, after)) {
      // A deletion rule that is gone altogether deletes nothing, whatever its filter was.
      const bool rule_gone = !pair.after.node().exists() && !pair.after.is_unknown();
      if (rule_gone && step == 1 && (entry_.pattern == 2 || entry_.pattern == 3)) continue;
      const bool show_name = many && !pair.name.empty();
      descend(step, pair.before, pair.after, show_name ? path + "[" + pair.name + "]" : path);
    }
  }

  // One block on each side is the same block, whatever its name.
  static std::vector<Pair> single(const Value& before, const Value& after) {
    const auto blocks = [](const Value& value) {
      return value.node().is_object() ? std::vector<Value>{value} : value.elements();
    };
    const std::vector<Value> left = blocks(before);
    const std::vector<Value> right = blocks(after);
    if (left.empty() && right.empty()) return {};
    return {{.name = {}, .before = left.empty() ? Value() : left.front(), .after = right.empty() ? Value() : right.front()}};
  }

  void leaf(const Value& before, const Value& after, const std::string& path) {
    Leaf leaf(entry_, before, after);
    const Answer answer = leaf.answer();
    if (answer == Answer::no) return;
    found_.push_back({.path = path, .before = before, .after = after, .unproven = answer == Answer::unproven,
                      .element = leaf.element()});
  }

  const Entry& entry_;
  std::vector<std::string_view> steps_;
  std::vector<Difference> found_{};
};

}  // namespace

std::vector<Difference> compare(const Entry& entry, const Value& before, const Value& after) {
  return Walk(entry).run(before, after);
}

}  // namespace tidegate::policy

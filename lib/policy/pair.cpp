// SPDX-License-Identifier: Apache-2.0
// Pairing of list elements. Lists of blocks may be sets whose order is arbitrary, so elements pair by
// the member that identifies them: `name`, `key` or `id`, else the text member with the most equal
// values on both sides. Without one, equal elements pair first and the rest in order.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "policy/compare.hpp"

namespace tidegate::policy {

namespace {

using Elements = std::vector<Value>;

std::string identity_text(const Value& element, const std::string& member) {
  const Value value = element.member(member);
  if (value.is_unknown() || value.is_collection() || value.is_blank()) return {};
  return value.as_text();
}

// Every element has its own value of this member.
std::optional<std::set<std::string>> unique_texts(const Elements& elements, const std::string& member) {
  std::set<std::string> texts;
  for (const Value& element : elements) {
    const std::string text = identity_text(element, member);
    if (text.empty() || !texts.insert(text).second) return std::nullopt;
  }
  return texts;
}

bool names_an_element(std::string_view member) {
  for (const std::string_view word : {"location", "region", "path", "column", "principal"}) {
    if (member == word) return true;
  }
  return member.ends_with("_name") || member.ends_with("_key") || member.ends_with("_id");
}

std::optional<std::string> identifying_member(const Elements& before, const Elements& after) {
  const Value& sample = before.empty() ? after.front() : before.front();
  if (!sample.node().is_object()) return std::nullopt;
  for (const char* member : {"name", "key", "id"}) {
    if (unique_texts(before, member) && unique_texts(after, member)) return member;
  }
  // A single block on each side is the same block, unless a member says by its name that it is one of many.
  const bool single = before.size() <= 1 && after.size() <= 1;
  std::optional<std::string> best;
  std::size_t best_common = 0;
  std::set<std::string> members;
  constexpr std::size_t most = 32;  // more candidates would only cost time
  for (const document::Node child : sample.node()) {
    if (members.size() == most) break;
    if (child.is_string() && (!single || names_an_element(child.key()))) members.emplace(child.key());
  }
  for (const std::string& member : members) {
    const auto left = unique_texts(before, member);
    const auto right = unique_texts(after, member);
    if (!left || !right) continue;
    const auto common = static_cast<std::size_t>(
        std::count_if(left->begin(), left->end(), [&](const std::string& text) { return right->contains(text); }));
    if (!best || common > best_common) {
      best = member;
      best_common = common;
    }
  }
  return best;
}

std::vector<Pair> pair_by(const std::string& member, const Elements& before, const Elements& after) {
  std::map<std::string, Pair> pairs;
  for (const Value& element : before) pairs[identity_text(element, member)].before = element;
  for (const Value& element : after) pairs[identity_text(element, member)].after = element;
  std::vector<Pair> out;
  for (auto& pair : pairs) {
    // The name is shown, so it must be as redacted as the member itself.
    const Value& side = pair.second.before.node().exists() ? pair.second.before : pair.second.after;
    pair.second.name = side.member(member).shown();
    out.push_back(std::move(pair.second));
  }
  return out;
}

std::vector<Pair> pair_as_multiset(const Elements& before, const Elements& after) {
  std::multimap<std::string, std::size_t> open;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (!after[i].holds_unknown()) open.emplace(after[i].normal_form(), i);
  }
  std::vector<bool> used(after.size(), false);
  std::vector<Pair> out;
  Elements left;
  for (const Value& element : before) {
    const auto found = open.find(element.normal_form());
    if (found == open.end()) {
      left.push_back(element);
      continue;
    }
    used[found->second] = true;
    out.push_back({.name = {}, .before = element, .after = after[found->second]});
    open.erase(found);
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (used[i]) continue;
    Pair pair{.name = {}, .before = {}, .after = after[i]};
    if (next < left.size()) pair.before = left[next++];
    out.push_back(std::move(pair));
  }
  for (; next < left.size(); ++next) out.push_back({.name = {}, .before = left[next], .after = {}});
  return out;
}

}  // namespace

std::vector<Pair> pair_elements(const Value& before, const Value& after) {
  const Elements left = before.elements();
  if (after.is_unknown()) {
    std::vector<Pair> out;
    for (const Value& element : left) out.push_back({.name = {}, .before = element, .after = after});
    if (out.empty()) out.push_back({.name = {}, .before = {}, .after = after});
    return out;
  }
  const Elements right = after.elements();
  if (left.empty() && right.empty()) return {};
  if (const auto member = identifying_member(left, right)) return pair_by(*member, left, right);
  return pair_as_multiset(left, right);
}

}  // namespace tidegate::policy

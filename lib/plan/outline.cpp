// SPDX-License-Identifier: Apache-2.0
#include "plan/outline.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace tidegate::plan {

namespace {

using document::KeyPlace;
using Keys = std::span<const KeyPlace>;

struct MemberText {
  std::string_view name{};
  std::string_view value{};
};

// The member whose key begins `text`, which ends behind the comma or the bracket that follows it.
std::optional<MemberText> read_member(std::string_view text) {
  const std::size_t end = text.find('"', 1);
  if (text.empty() || text.front() != '"' || end == text.npos) return std::nullopt;
  MemberText member{.name = text.substr(1, end - 1), .value = trim(text.substr(end + 1))};
  if (member.name.find('\\') != member.name.npos || !member.value.starts_with(':')) return std::nullopt;
  member.value.remove_prefix(1);
  if (member.value.empty()) return std::nullopt;
  member.value.remove_suffix(1);
  member.value = trim(member.value);
  if (member.value.empty()) return std::nullopt;
  return member;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += '"';
  out += name;
  out += "\":";
  out += value;
  out += ',';
}

// Closes the object that `out` ends with, whose members were appended.
void close_object(std::string& out) {
  if (out.back() == ',') out.back() = '}';
  else out += '}';
}

bool is_no_op(std::string_view actions) {
  if (!actions.starts_with('[') || !actions.ends_with(']')) return false;
  return trim(actions.substr(1, actions.size() - 2)) == "\"no-op\"";
}

// Calls take(member, keys inside it) for each key of this depth; false when it says so, when a member
// is not readable or a key is there twice: what is wrong is shown in the text as it was written.
template <class Take>
bool for_each_member(std::string_view text, Keys keys, std::uint8_t depth, const Take& take) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < keys.size();) {
    const auto deeper = [depth](const KeyPlace& key) { return key.depth > depth; };
    const auto next = std::find_if_not(keys.begin() + static_cast<std::ptrdiff_t>(i) + 1, keys.end(), deeper);
    const auto inside = static_cast<std::size_t>(next - keys.begin());
    std::size_t end = text.size();
    if (next != keys.end()) end = trim(text.substr(0, next->offset)).size();  // behind the comma
    const auto member = read_member(text.substr(keys[i].offset, end - keys[i].offset));
    if (!member || std::ranges::find(names, member->name) != names.end()) return false;
    if (!take(*member, keys.subspan(i + 1, inside - i - 1))) return false;
    names.push_back(member->name);
    i = inside;
  }
  return true;
}

}  // namespace

std::optional<std::string> idle_outline(std::string_view text, Keys keys) {
  std::string out = "{";
  bool idle = false;
  const auto take_value = [&](const MemberText& member, Keys) {
    if (member.name == "importing") return false;
    if (member.name == "actions") {
      if (!is_no_op(member.value)) return false;
      idle = true;
    }
    append_member(out, member.name, member.value.starts_with('{') ? std::string_view("{}") : member.value);
    return true;
  };
  const auto take_part = [&](const MemberText& member, Keys inside) {
    if (member.name == "previous_address") return false;
    if (member.name != "change") {
      append_member(out, member.name, member.value);
      return true;
    }
    if (!member.value.starts_with('{')) return false;
    out += "\"change\":{";
    const auto end = static_cast<std::size_t>(member.value.data() + member.value.size() - text.data());
    if (!for_each_member(text.substr(0, end), inside, 2, take_value)) return false;
    close_object(out);
    out += ',';
    return true;
  };
  if (!text.starts_with('{') || !for_each_member(text, keys, 1, take_part) || !idle) return std::nullopt;
  close_object(out);
  return out;
}

}  // namespace tidegate::plan

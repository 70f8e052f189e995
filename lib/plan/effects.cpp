// SPDX-License-Identifier: Apache-2.0
#include "plan/effects.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "document/write.hpp"
#include "system/digest.hpp"

namespace tidegate::plan {

namespace {

using document::Node;

bool is_container(const Node& node) { return node.is_object() || node.is_array(); }

void append_value(std::string& out, const Node& node, std::string_view missing) {
  if (node.exists()) document::append_canonical_json(out, node);
  else out += missing;
}

// A mask repeats the containers of its value, mostly without hiding anything in them.
bool hides_something(const Node& mask) {
  if (is_container(mask)) return std::any_of(mask.begin(), mask.end(), hides_something);
  return mask.as_boolean();
}

// Both sides of one value with the masks that lie beside them. Containers are walked as long as a mask
// could still hide something in them, also where the other side is missing.
class Sides {
 public:
  explicit Sides(std::string& out) : out_(out) {}

  void append(const Node& before, const Node& after, const Node& before_mask, const Node& after_mask) {
    if (before_mask.as_boolean() || after_mask.as_boolean()) {
      std::string one, other;
      append_value(one, before, "null");
      append_value(other, after, "null");
      out_ += one == other ? "(same)" : "(changed)";
      return;
    }
    if (!is_container(before_mask) && !is_container(after_mask)) {
      append_both(before, after);
      return;
    }
    if (before.is_array() || after.is_array()) return append_list(before, after, before_mask, after_mask);
    if (!before.is_object() && !after.is_object()) {
      append_both(before, after);
      return;
    }
    std::map<std::string_view, std::array<Node, 4>> members;
    const std::array<Node, 4> sides{before, after, before_mask, after_mask};
    for (std::size_t side = 0; side < sides.size(); ++side) {
      if (!sides[side].is_object()) continue;
      for (const Node child : sides[side]) members[child.key()][side] = child;
    }
    out_ += '{';
    for (const auto& member : members) {
      document::append_json_string(out_, member.first);
      out_ += ':';
      append(member.second[0], member.second[1], member.second[2], member.second[3]);
      out_ += ',';
    }
    out_ += '}';
  }

 private:
  void append_both(const Node& before, const Node& after) {
    append_value(out_, before, "null");
    out_ += '>';
    append_value(out_, after, "null");
  }

  void append_list(const Node& before, const Node& after, const Node& before_mask, const Node& after_mask) {
    std::array<std::vector<Node>, 4> lists{};
    const std::array<Node, 4> sides{before, after, before_mask, after_mask};
    for (std::size_t side = 0; side < sides.size(); ++side) {
      if (sides[side].is_array()) lists[side].assign(sides[side].begin(), sides[side].end());
    }
    const auto at = [&](std::size_t side, std::size_t i) { return i < lists[side].size() ? lists[side][i] : Node(); };
    out_ += '[';
    for (std::size_t i = 0; i < std::max(lists[0].size(), lists[1].size()); ++i) {
      append(at(0, i), at(1, i), at(2, i), at(3, i));
      out_ += ',';
    }
    out_ += ']';
  }

  std::string& out_;
};

std::string line_of(std::string_view kind, std::initializer_list<std::string_view> words, const Node& before,
                    const Node& after, const Node& before_mask, const Node& after_mask, const Node& unknown) {
  std::string line(kind);
  for (const std::string_view word : words) {
    line += ' ';
    document::append_json_string(line, word);
  }
  line += ' ';
  const bool hidden = hides_something(before_mask) || hides_something(after_mask);
  Sides(line).append(before, after, hidden ? before_mask : Node(), hidden ? after_mask : Node());
  line += " unknown ";
  append_value(line, unknown, "{}");
  return line;
}

}  // namespace

void EffectsDigest::add(const Change& change) {
  const bool idle = change.effect == Effect::none || change.effect == Effect::read;
  if (idle && change.previous_address.empty() && !change.importing) return;
  parts_.push_back(system::sha256_hex(
      line_of("change", {change.address, change.previous_address, change.deposed, to_string(change.effect),
                         change.create_first ? "create first" : "", change.importing ? "import" : ""},
              change.before, change.after, change.before_sensitive, change.after_sensitive, change.after_unknown)));
}

void EffectsDigest::add_output(std::string_view name, const Node& change) {
  const Node actions = change["actions"];
  if (actions.size() == 1 && actions.at(0).as_string() == "no-op") return;
  const std::string words = document::render_canonical_json(actions.exists() ? actions : change);
  parts_.push_back(system::sha256_hex(line_of("output", {name, actions.exists() ? std::string_view(words) : ""},
                                              change["before"], change["after"], change["before_sensitive"],
                                              change["after_sensitive"], change["after_unknown"])));
}

std::string EffectsDigest::finish_hex() {
  std::sort(parts_.begin(), parts_.end());
  system::Sha256 digest;
  for (const std::string& part : parts_) digest.update(part + "\n");
  return digest.finish_hex();
}

}  // namespace tidegate::plan

// SPDX-License-Identifier: Apache-2.0
#include "plan/effects.hpp"

#include <algorithm>
#include <set>

#include "document/write.hpp"
#include "system/digest.hpp"

namespace tidegate::plan {

namespace {

using document::Node;

bool is_container(const Node& node) { return node.is_object() || node.is_array(); }

// Both sides of one value with the masks that lie beside them. Containers are walked as long as a mask
// could still hide something in them, also where the other side is missing.
class Sides {
 public:
  explicit Sides(std::string& out) : out_(out) {}

  void append(const Node& before, const Node& after, const Node& before_mask, const Node& after_mask) {
    if (before_mask.as_boolean() || after_mask.as_boolean()) {
      out_ += text(before) == text(after) ? "(same)" : "(changed)";
      return;
    }
    if (!is_container(before_mask) && !is_container(after_mask)) {
      out_ += text(before) + ">" + text(after);
      return;
    }
    if (before.is_array() || after.is_array()) return append_list(before, after, before_mask, after_mask);
    std::set<std::string_view> keys;
    for (const Node* side : {&before, &after}) {
      for (const Node child : *side) keys.insert(child.key());
    }
    if (keys.empty()) out_ += text(before) + ">" + text(after);
    out_ += '{';
    for (const std::string_view key : keys) {
      document::append_json_string(out_, key);
      out_ += ':';
      append(before[key], after[key], before_mask[key], after_mask[key]);
      out_ += ',';
    }
    out_ += '}';
  }

 private:
  static std::string text(const Node& node) { return node.exists() ? document::render_canonical_json(node) : "null"; }

  void append_list(const Node& before, const Node& after, const Node& before_mask, const Node& after_mask) {
    out_ += '[';
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      append(before.at(i), after.at(i), before_mask.at(i), after_mask.at(i));
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
  Sides(line).append(before, after, before_mask, after_mask);
  line += " unknown " + (unknown.exists() ? document::render_canonical_json(unknown) : std::string("{}"));
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

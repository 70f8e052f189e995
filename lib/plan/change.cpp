// SPDX-License-Identifier: Apache-2.0
#include "plan/change.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::plan {

namespace {

using document::Node;

Diagnostic malformed(const std::string& file, std::string message) {
  return Diagnostic{.code = "gate.malformed-plan", .where = {.file = file}, .message = std::move(message),
                    .hint = "make the JSON anew: terraform show -json tfplan", .exit = ExitCode::unreadable};
}

// Strings of the entry that may be absent; anything but a string is an error.
bool take_string(const Node& entry, std::string_view name, std::string& out) {
  const Node node = entry[name];
  if (!node.exists() || node.is_null()) return true;
  if (!node.is_string()) return false;
  out = std::string(node.as_string());
  return true;
}

bool take_strings(const Node& entry, Change& change, std::string& wrong) {
  const std::array<std::pair<std::string_view, std::string*>, 8> fields{{
      {"address", &change.address}, {"previous_address", &change.previous_address},
      {"module_address", &change.module_address}, {"type", &change.type}, {"name", &change.name},
      {"provider_name", &change.provider}, {"deposed", &change.deposed}, {"action_reason", &change.reason}}};
  for (const auto& field : fields) {
    if (take_string(entry, field.first, *field.second)) continue;
    wrong = std::string(field.first);
    return false;
  }
  return true;
}

bool take_index(const Node& entry, Change& change) {
  const Node index = entry["index"];
  if (!index.exists() || index.is_null()) return true;
  if (index.is_number()) {
    change.index = std::string(index.number_text());
  } else if (index.is_string()) {
    document::append_json_string(change.index, index.as_string());
  } else {
    return false;
  }
  return true;
}

std::string rebuilt_address(const Change& change) {
  std::string out = change.module_address.empty() ? "" : change.module_address + ".";
  if (change.mode == Mode::data) out += "data.";
  out += change.type + "." + change.name;
  if (!change.index.empty()) out += "[" + change.index + "]";
  return out;
}

struct Words {
  bool create = false, read = false, update = false, destroy = false, forget = false, none = false;
  int kinds() const { return create + read + update + destroy + forget + none; }
};

// Nothing for a combination that no version of Terraform or OpenTofu writes.
bool to_effect(const Words& words, Effect& effect) {
  if (words.kinds() == 1) {
    effect = words.create    ? Effect::create
             : words.read    ? Effect::read
             : words.update  ? Effect::update
             : words.destroy ? Effect::destroy
             : words.forget  ? Effect::forget
                             : Effect::none;
    return true;
  }
  if (words.kinds() == 2 && words.create && (words.destroy || words.forget)) {
    effect = words.destroy ? Effect::replace : Effect::create_forget;
    return true;
  }
  return false;
}

std::string shown_actions(const Node& actions) {
  return shortened(printable(document::render_canonical_json(actions)), 200);
}

Status take_actions(const std::string& file, const Node& actions, Change& change) {
  if (!actions.is_array() || actions.size() == 0) {
    return malformed(file, change.address + " has no actions");
  }
  Words words;
  bool known = true;
  for (const Node action : actions) {
    const std::string_view word = action.as_string();
    if (word == "create") words.create = true;
    else if (word == "read") words.read = true;
    else if (word == "update") words.update = true;
    else if (word == "delete") words.destroy = true;
    else if (word == "forget") words.forget = true;
    else if (word == "no-op" || word == "open") words.none = true;
    else known = false;
  }
  if (known && to_effect(words, change.effect)) {
    change.create_first = change.effect == Effect::replace && actions.at(0).as_string() == "create";
    return Done{};
  }
  return Diagnostic{.code = "gate.unknown-action", .where = {.file = file},
                    .message = change.address + ": the actions " + shown_actions(actions) + " are unknown",
                    .hint = "this plan was written by a newer Terraform; update deploy-gate before applying it",
                    .exit = ExitCode::unsupported};
}

}  // namespace

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::none: return "no-op";
    case Effect::create: return "create";
    case Effect::read: return "read";
    case Effect::update: return "update";
    case Effect::destroy: return "delete";
    case Effect::replace: return "replace";
    case Effect::forget: return "forget";
    case Effect::create_forget: return "create-forget";
  }
  return "no-op";
}

std::string without_keys(std::string_view address) {
  std::string out;
  for (std::size_t at = 0; at < address.size(); ++at) {
    if (address[at] != '[') {
      out += address[at];
      continue;
    }
    bool quoted = false;
    for (++at; at < address.size(); ++at) {
      if (quoted && address[at] == '\\') ++at;
      else if (address[at] == '"') quoted = !quoted;
      else if (!quoted && address[at] == ']') break;
    }
  }
  return out;
}

Result<Change> parse_change(const std::string& file, std::string_view text, bool rebuild_address) {
  Result<document::DocumentPtr> parsed = document::parse_json(file, std::string(text));
  if (!parsed) {
    Diagnostic failure = malformed(file, shortened(printable(parsed.failure().message), 300));
    failure.hint = "the plan was edited or damaged; make it anew: terraform show -json tfplan";
    return failure;
  }
  Change change;
  change.document = *parsed;
  const Node entry = change.document->root();
  std::string wrong;
  if (!entry.is_object()) return malformed(file, "is not an object");
  if (!take_strings(entry, change, wrong)) return malformed(file, wrong + " is not a string");
  if (!take_index(entry, change)) return malformed(file, "index is neither number nor string");
  std::string mode;
  if (!take_string(entry, "mode", mode)) return malformed(file, "mode is not a string");
  if (mode == "data") change.mode = Mode::data;
  if (mode == "ephemeral") change.mode = Mode::ephemeral;
  if (change.type.empty()) return malformed(file, "the change has no type");
  if (change.address.empty() && rebuild_address && !change.name.empty()) change.address = rebuilt_address(change);
  if (change.address.empty()) return malformed(file, "the change has no address");
  const Node body = entry["change"];
  if (!body.is_object()) return malformed(file, change.address + " has no change object");
  if (Status status = take_actions(file, body["actions"], change); !status) return status.failure();
  change.importing = body["importing"].is_object();
  // Most objects of a plan stay as they are, and nobody asks for their values: they are not always read (outline.hpp).
  const bool idle = change.effect == Effect::none && !change.importing && change.previous_address.empty();
  if (idle && !rebuild_address) return change;
  change.before = body["before"];
  change.after = body["after"];
  change.after_unknown = body["after_unknown"];
  change.before_sensitive = body["before_sensitive"];
  change.after_sensitive = body["after_sensitive"];
  change.replace_paths = body["replace_paths"];
  return change;
}

}  // namespace tidegate::plan

// SPDX-License-Identifier: Apache-2.0
#include "sandbox/control.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "sandbox/pattern.hpp"
#include "sandbox/type.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {

namespace {

using document::DocumentPtr;
using document::Node;

constexpr std::array<std::string_view, 5> operations{"plan", "create", "update", "delete", "read"};

Diagnostic bad(const Node& node, std::string message) {
  return {.code = "sandbox.bad-control",
          .where = node.location(),
          .message = std::move(message),
          .hint = "docs/formats/control.md lists what a control file holds",
          .exit = ExitCode::policy_broken};
}

struct Section {
  std::string_view name;
  std::array<std::string_view, 6> keys;  // those that its entries may have; type is always needed
};
constexpr std::array<Section, 5> sections{{{"gone", {"type", "match"}},
                                           {"drift", {"type", "match", "set"}},
                                           {"fail", {"type", "match", "op", "message", "partial"}},
                                           {"objects", {"type", "id", "attributes"}},
                                           {"data", {"type", "match", "attributes"}}}};

Status check_entry(const Section& section, const Node& entry) {
  if (!entry["type"].is_string()) return bad(entry, "an entry needs the type of the object");
  for (const Node member : entry) {
    if (std::find(section.keys.begin(), section.keys.end(), member.key()) == section.keys.end())
      return bad(member, "unknown key \"" + printable(member.key()) + "\" in an entry of " +
                             std::string(section.name));
  }
  for (const char* name : {"match", "set", "attributes"}) {
    if (entry[name].exists() && !entry[name].is_object())
      return bad(entry[name], "expected an object");
  }
  if (section.name == "fail" &&
      std::find(operations.begin(), operations.end(), entry["op"].as_string()) == operations.end())
    return bad(entry, "op is one of plan, create, update, delete, read");
  return Done{};
}

Status check(const Node& root) {
  if (!root.is_object()) return bad(root, "expected an object");
  for (const Node member : root) {
    if (member.key() == "delay_ms") {
      if (member.as_integer().value_or(-1) < 0) return bad(member, "expected milliseconds");
      continue;
    }
    const auto section = std::find_if(sections.begin(), sections.end(),
                                      [&](const Section& one) { return one.name == member.key(); });
    if (section == sections.end())
      return bad(member, "unknown key \"" + printable(member.key()) + "\"");
    if (!member.is_array()) return bad(member, "expected a list");
    for (const Node entry : member) {
      if (Status status = check_entry(*section, entry); !status) return status;
    }
  }
  return Done{};
}

Result<DocumentPtr> load(const std::string& path) {
  const Result<std::string> text = system::read_file(path);
  if (!text) return text.failure();
  Result<DocumentPtr> parsed = document::parse_json(path, *text);
  if (!parsed) return parsed;
  if (Status status = check((*parsed)->root()); !status) return status.failure();
  return parsed;
}

bool equals(const Node& wanted, const Value& value) {
  if (wanted.is_boolean())
    return value.kind() == Value::Kind::boolean && value.as_bool() == wanted.as_boolean();
  if (wanted.is_null()) return value.is_null();
  const std::string text =
      wanted.is_number() ? std::string(wanted.number_text()) : std::string(wanted.as_string());
  return value == (wanted.is_number() ? Value::number(text) : Value::string(text));
}

bool fits(const Node& entry, std::string_view type, const Value& object) {
  if (entry["type"].as_string() != type) return false;
  const Node match = entry["match"];
  return std::all_of(match.begin(), match.end(), [&](const Node& wanted) {
    return equals(wanted, value_at(object, wanted.key()));
  });
}

// `object` with the members of `set`, as values of the schema's types.
Value overlay(const Schema& schema, const Value& object, const Node& set) {
  const Type type = type_of(schema.block);
  Value::Map members = object.members();
  for (const Node member : set) {
    const auto known = type.attributes.find(member.key());
    if (known == type.attributes.end()) continue;
    const Result<Value> value = value_from_json(member, known->second);
    if (value) members.insert_or_assign(known->first, *value);
  }
  return Value::map(std::move(members));
}

class FileControl final : public Control {
 public:
  FileControl(std::string path, DocumentPtr document)
      : path_(std::move(path)), document_(std::move(document)) {
    changed();
  }

  std::optional<Failure> failure(std::string_view type, Operation operation,
                                 const Value& object) override {
    const DocumentPtr document = current();
    for (const Node entry : document->root()["fail"]) {
      if (entry["op"].as_string() != operations.at(static_cast<std::size_t>(operation)) ||
          !fits(entry, type, object))
        continue;
      use(entry);
      return Failure{.message = std::string(entry["message"].as_string()),
                     .partial = entry["partial"].as_boolean()};
    }
    return std::nullopt;
  }

  bool gone(std::string_view type, const Value& object) override {
    const DocumentPtr document = current();
    bool out = false;
    for (const Node entry : document->root()["gone"]) {
      if (!fits(entry, type, object) || !happens(entry)) continue;
      use(entry);
      out = true;
    }
    return out;
  }

  Value drifted(std::string_view type, const Schema& schema, const Value& object) override {
    const DocumentPtr document = current();
    Value out = object;
    for (const Node entry : document->root()["drift"]) {
      if (!fits(entry, type, object) || !happens(entry)) continue;
      Value changed = overlay(schema, out, entry["set"]);
      if (!(changed == out)) use(entry);
      out = std::move(changed);
    }
    return out;
  }

  // What was created or updated has none of the faults that a refresh has shown. One that was not
  // seen yet is still to come: the object may just have been made for the first time.
  void applied(std::string_view type, const Value& before, const Value& after) override {
    const DocumentPtr document = current();
    const Value& object = after.is_null() ? before : after;
    for (const char* section : {"gone", "drift"}) {
      for (const Node entry : document->root()[section]) {
        if (!fits(entry, type, object)) continue;
        const std::string text = document::render_canonical_json(entry);
        const std::lock_guard lock(mutex_);
        if (seen_faults_.contains(text)) repaired_.insert(text);
      }
    }
  }

  std::optional<Value> object(std::string_view type, const Schema& schema,
                              std::string_view id) override {
    const DocumentPtr document = current();
    for (const Node entry : document->root()["objects"]) {
      if (entry["type"].as_string() != type || entry["id"].as_string() != id) continue;
      use(entry);
      return whole(schema, entry["attributes"]);
    }
    return std::nullopt;
  }

  std::optional<Value> data(std::string_view type, const Schema& schema,
                            const Value& config) override {
    const DocumentPtr document = current();
    for (const Node entry : document->root()["data"]) {
      if (!fits(entry, type, config)) continue;
      use(entry);
      return overlay(schema, config, entry["attributes"]);
    }
    return std::nullopt;
  }

  unsigned delay_ms() override {
    return static_cast<unsigned>(current()->root()["delay_ms"].as_integer().value_or(0));
  }

  std::vector<Diagnostic> unused() override {
    const DocumentPtr document = current();
    std::vector<Diagnostic> all;
    const std::lock_guard lock(mutex_);
    for (const Section& section : sections) {
      for (const Node entry : document->root()[section.name]) {
        if (used_.contains(named(entry))) continue;
        all.push_back({.code = "sandbox.unused-control",
                       .severity = Severity::warning,
                       .where = entry.location(),
                       .message = "this entry of " + std::string(section.name) + " has changed nothing: no " +
                                  printable(entry["type"].as_string()) + " fitted"});
      }
    }
    return all;
  }

 private:
  static Value whole(const Schema& schema, const Node& attributes) {
    const Result<Value> value = value_from_json(attributes, type_of(schema.block));
    return value ? *value : Value::map({});
  }

  // The section and what stands in it: an entry stays the same when the file is written anew.
  static std::string named(const Node& entry) {
    return std::string(entry.parent().key()) + " " + document::render_canonical_json(entry);
  }

  void use(const Node& entry) {
    const std::lock_guard lock(mutex_);
    used_.insert(named(entry));
  }

  // Whether the fault is there now; it counts as seen then.
  bool happens(const Node& entry) {
    const std::string text = document::render_canonical_json(entry);
    const std::lock_guard lock(mutex_);
    if (repaired_.contains(text)) return false;
    seen_faults_.insert(text);
    return true;
  }

  // A file that cannot be used while the host runs leaves the one before in force.
  DocumentPtr current() {
    const std::lock_guard lock(mutex_);
    if (changed()) {
      if (Result<DocumentPtr> loaded = load(path_)) document_ = *loaded;
    }
    return document_;
  }

  bool changed() {
    struct stat info {};
    if (path_.empty() || ::stat(path_.c_str(), &info) != 0) return false;
    const auto now = std::pair{info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
    const bool other = now != seen_ || info.st_size != size_;
    seen_ = now;
    size_ = info.st_size;
    return other;
  }

  std::string path_;
  std::mutex mutex_{};
  DocumentPtr document_;
  std::set<std::string> seen_faults_{};
  std::set<std::string> repaired_{};
  std::set<std::string> used_{};
  std::pair<std::int64_t, std::int64_t> seen_{};
  std::int64_t size_ = 0;
};

}  // namespace

Result<std::shared_ptr<Control>> Control::open(const std::string& path) {
  Result<DocumentPtr> document = path.empty() ? document::parse_json("control", "{}") : load(path);
  if (!document) return document.failure();
  return std::shared_ptr<Control>(std::make_shared<FileControl>(path, std::move(*document)));
}

}  // namespace tidegate::sandbox

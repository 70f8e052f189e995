// SPDX-License-Identifier: Apache-2.0
// Both sides are compared as lock documents: that of the last release, and the one that this release
// would write.
#include "service/contract.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::service {

namespace {

using document::Node;

constexpr std::string_view lock_schema = "tidegate/contract-lock/1";

void write_columns(document::JsonWriter& writer, const Node& fields) {
  writer.key("columns").begin_array();
  for (const Node field : fields) {
    writer.begin_object().member("name", field["name"].as_string()).key("type").node(field["type"]);
    writer.member_boolean("nullable", field["nullable"].as_boolean());
    const Node partition = field["metadata"]["partition"];
    if (partition.as_boolean()) writer.member_boolean("partition", true);
    writer.end_object();
  }
  writer.end_array();
}

int major_of(std::string_view version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

// Days, so that 1y and 400d can be compared; nothing: kept for ever.
std::optional<long> days_of(std::string_view retention) {
  if (retention.empty()) return std::nullopt;
  long number = 0;
  std::from_chars(retention.data(), retention.data() + retention.size(), number);
  switch (retention.back()) {
    case 'w':
      return number * 7;
    case 'm':
      return number * 30;
    case 'y':
      return number * 365;
    default:
      return number;
  }
}

struct Decimal {
  int precision = 10;
  int scale = 0;
};

std::optional<Decimal> decimal_of(std::string_view type) {
  if (!type.starts_with("decimal")) return std::nullopt;
  Decimal out;
  const std::size_t open = type.find('('), comma = type.find(',');
  if (open == type.npos || comma == type.npos) return out;
  std::from_chars(type.data() + open + 1, type.data() + comma, out.precision);
  const std::string_view scale = trim(type.substr(comma + 1));
  std::from_chars(scale.data(), scale.data() + scale.size(), out.scale);
  return out;
}

// Every value of `before` is one of `after`.
bool widens(std::string_view before, std::string_view after) {
  constexpr std::array<std::string_view, 4> whole{"byte", "short", "integer", "long"};
  const auto place = [&](std::string_view type) {
    return std::find(whole.begin(), whole.end(), type == "int" ? "integer" : type) - whole.begin();
  };
  if (place(before) < 4 && place(after) < 4) return place(before) <= place(after);
  if (before == "float" && after == "double") return true;
  const auto a = decimal_of(before), b = decimal_of(after);
  return a && b && a->scale == b->scale && a->precision <= b->precision;
}

class Comparison {
 public:
  Comparison(const Node& before, const Node& after, std::string dataset, Location where)
      : before_(before), after_(after), dataset_(std::move(dataset)), where_(std::move(where)) {}

  void run() {
    text("format", "format");
    for (const char* part : {"linkedService", "path"}) {
      const std::string_view a = before_["location"][part].as_string(), b = after_["location"][part].as_string();
      if (a == b) continue;
      moved_ = true;
      breaks(std::string(part) + " of the location was " + quoted(a) + " and is " + quoted(b));
    }
    mode();
    retention();
    fields(before_["columns"], after_["columns"], "");
  }

  // A break that readers can follow: the old data stay where they are.
  void report(bool new_major, Diagnostics& diagnostics) const {
    for (const std::string& text : breaks_) {
      diagnostics.add({.code = "service.contract-break",
                       .severity = new_major && moved_ ? Severity::note : Severity::error,
                       .where = where_,
                       .message = "dataset \"" + dataset_ + "\": " + text,
                       .hint = "readers would break: publish it with a new major version at a new location or under a "
                               "new name, beside the old one; or take the change back"});
    }
    for (const std::string& text : notes_) {
      diagnostics.note("service.contract-changed", where_, "dataset \"" + dataset_ + "\": " + text,
                       "compatible; `tidegate build --update-contract` writes it to contract/contract.lock.json");
    }
  }

 private:
  static std::string quoted(std::string_view text) { return "\"" + printable(text) + "\""; }
  void breaks(std::string text) { breaks_.push_back(std::move(text)); }
  void notes(std::string text) { notes_.push_back(std::move(text)); }

  void text(const char* key, const std::string& what) {
    const std::string_view a = before_[key].as_string(), b = after_[key].as_string();
    if (a != b) breaks(what + " was " + quoted(a) + " and is " + quoted(b));
  }

  void mode() {
    const std::string_view a = before_["mode"].as_string(), b = after_["mode"].as_string();
    if (a == b) return;
    const std::string said = "mode was " + quoted(a) + " and is " + quoted(b);
    if (b == "append") return notes(said);
    // Between merge and overwrite nothing is promised that the other breaks.
    if (a == "append" || a.empty()) return breaks(said);
    notes(said);
  }

  void retention() {
    const std::string_view a = before_["retention"].as_string(), b = after_["retention"].as_string();
    if (a == b) return;
    const auto old_days = days_of(a), new_days = days_of(b);
    const bool shorter = new_days && (!old_days || *new_days < *old_days);
    const std::string said = "retention was " + quoted(a) + " and is " + quoted(b);
    if (shorter) {
      breaks(said);
    } else {
      notes(said);
    }
  }

  static Node find(const Node& fields, std::string_view name) {
    for (const Node field : fields) {
      if (equal_ignoring_case(field["name"].as_string(), name)) return field;
    }
    return {};
  }

  void fields(const Node& before, const Node& after, const std::string& path) {
    if (!before.exists() || (path.empty() && before.size() == 0)) return;  // nothing was promised
    for (const Node old : before) {
      const std::string name = path + std::string(old["name"].as_string());
      const Node now = find(after, old["name"].as_string());
      if (!now) {
        breaks("column " + printable(name) + " is gone (dropped or renamed)");
        continue;
      }
      column(old, now, name);
    }
    for (const Node now : after) {
      if (find(before, now["name"].as_string())) continue;
      const std::string name = printable(path + std::string(now["name"].as_string()));
      const bool required = now["nullable"].exists() && !now["nullable"].as_boolean();
      if (required && after_["mode"].as_string() != "overwrite") {
        breaks("column " + name + " is new and required: old rows have no value for it");
      } else {
        notes("column " + name + " is new");
      }
    }
  }

  void column(const Node& old, const Node& now, const std::string& name) {
    const bool was = old["nullable"].as_boolean(), is = now["nullable"].as_boolean();
    if (was && !is) breaks("column " + printable(name) + " was nullable and is required: old rows may hold null");
    if (!was && is) breaks("column " + printable(name) + " was required and is nullable: readers meet null");
    if (old["partition"].as_boolean() != now["partition"].as_boolean())
      breaks("column " + printable(name) + (was_partition(old) ? " was" : " is now") + " a partition column");
    type(old["type"], now["type"], name);
  }
  static bool was_partition(const Node& old) { return old["partition"].as_boolean(); }

  void type(const Node& old, const Node& now, const std::string& name) {
    if (document::equal_values(old, now)) return;
    if (old.is_object() && now.is_object() && old["type"].as_string() == now["type"].as_string()) {
      const std::string_view kind = old["type"].as_string();
      if (kind == "struct") return fields(old["fields"], now["fields"], name + ".");
      if (kind == "array") {
        nulls(old["containsNull"], now["containsNull"], name + "[]");
        return type(old["elementType"], now["elementType"], name + "[]");
      }
      if (kind == "map") {
        nulls(old["valueContainsNull"], now["valueContainsNull"], name + "{}");
        type(old["keyType"], now["keyType"], name + " key");
        return type(old["valueType"], now["valueType"], name + "{}");
      }
    }
    const std::string said = "type of column " + printable(name) + " was " + shown(old) + " and is " + shown(now);
    if (old.is_string() && now.is_string() && widens(old.as_string(), now.as_string())) {
      notes(said + ": readers may need a wider type");
    } else {
      breaks(said);
    }
  }

  void nulls(const Node& old, const Node& now, const std::string& name) {
    if (old.as_boolean() != now.as_boolean())
      breaks("elements of " + printable(name) + (now.as_boolean() ? " may be null now" : " may not be null any more"));
  }

  static std::string shown(const Node& type) {
    return type.is_string() ? printable(type.as_string()) : printable(type["type"].as_string());
  }

  const Node before_, after_;
  const std::string dataset_;
  const Location where_;
  bool moved_ = false;
  std::vector<std::string> breaks_{}, notes_{};
};

}  // namespace

std::string render_lock(const ServiceManifest& manifest, const SchemaFiles& schemas) {
  std::vector<const Produced*> all;
  for (const Produced& one : manifest.produces) all.push_back(&one);
  std::ranges::sort(all, {}, &Produced::dataset);
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object().member("schema", lock_schema).member("service", manifest.service);
  writer.member("version", manifest.version).key("datasets").begin_object();
  for (const Produced* one : all) {
    writer.key(one->dataset).begin_object().member("format", one->format).member("mode", one->mode);
    writer.key("location").begin_object().member("linkedService", one->linked_service);
    writer.member("path", one->path).end_object().member("retention", one->retention);
    const auto schema = schemas.find(one->schema);
    if (schema != schemas.end() && schema->second) write_columns(writer, schema->second->root()["fields"]);
    writer.end_object();
  }
  writer.end_object().end_object();
  return out + "\n";
}

void compare_contracts(const document::DocumentPtr& baseline, const ServiceManifest& manifest,
                       const SchemaFiles& schemas, Diagnostics& diagnostics) {
  const Node old = baseline->root();
  if (old["schema"].as_string() != lock_schema || !old["datasets"].is_object()) {
    diagnostics.error("service.lock-invalid", old.location(),
                      "this is no lock of contracts: expected \"schema\": \"" + std::string(lock_schema) + "\" and datasets",
                      "`tidegate build --update-contract` writes it anew");
    return;
  }
  const auto parsed = document::parse_json("contract.lock.json", render_lock(manifest, schemas));
  if (!parsed) return;  // our own text
  const Node now = (*parsed)->root();
  const bool new_major = manifest.version != "from-tag" && !manifest.version.empty() &&
                         major_of(manifest.version) > major_of(old["version"].as_string());
  for (const Node before : old["datasets"]) {
    const std::string name(before.key());
    const auto declared = std::find_if(manifest.produces.begin(), manifest.produces.end(),
                                       [&](const Produced& one) { return one.dataset == name; });
    if (declared == manifest.produces.end()) {
      diagnostics.add({.code = "service.contract-break",
                       .severity = new_major ? Severity::note : Severity::error,
                       .where = before.key_location(),
                       .message = "dataset \"" + printable(name) + "\" is not produced any more",
                       .hint = "keep producing it until nobody reads it; taking it away needs a new major version"});
      continue;
    }
    Comparison comparison(before, now["datasets"][name], name, declared->where);
    comparison.run();
    comparison.report(new_major, diagnostics);
  }
}

}  // namespace tidegate::service

// SPDX-License-Identifier: Apache-2.0
// The reader walks the document beside the table of manifest_fields.cpp; rules that concern more
// than one field stand at the end of this file.
#include "service/manifest.hpp"

#include <algorithm>
#include <map>
#include <variant>

#include "base/text.hpp"
#include "service/manifest_fields.hpp"
#include "service/standard_variables.hpp"

namespace tidegate::service {

namespace {

using document::Node;

constexpr std::string_view invalid = "service.manifest-invalid";

// The struct that the fields of the object at hand are stored in.
using Holder = std::variant<ServiceManifest*, Produced*, Consumed*, Binding*, OwnVariable*,
                            AcceptedFinding*>;

std::string_view shape_text(Shape shape) {
  switch (shape) {
    case Shape::text:
      return "a text";
    case Shape::flag:
      return "true or false";
    case Shape::integer:
      return "a whole number";
    case Shape::texts:
      return "a list of texts";
    case Shape::object:
      return "a group of fields";
    case Shape::objects:
      return "a list of entries";
    case Shape::severities:
      return "codes and their severities";
  }
  return "a text";
}

bool has_shape(const Node& node, Shape shape) {
  switch (shape) {
    case Shape::text:
      return node.is_string();
    case Shape::flag:
      return node.is_boolean();
    case Shape::integer:
      return node.as_integer().has_value();
    case Shape::texts:
    case Shape::objects:
      return node.is_array();
    case Shape::object:
    case Shape::severities:
      return node.is_object();
  }
  return false;
}

// "https://user:password@host": no message repeats it.
bool holds_credentials(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && text.find('@', scheme) != std::string_view::npos;
}

std::string found_text(const Node& node) {
  switch (node.kind()) {
    case document::Kind::null:
      return "nothing";
    case document::Kind::boolean:
      return node.as_boolean() ? "true" : "false";
    case document::Kind::number:
      return "the number " + std::string(node.number_text());
    case document::Kind::string:
      if (holds_credentials(node.as_string())) return "an address with a user or password";
      return "\"" + std::string(node.as_string()) + "\"";
    case document::Kind::array:
      return "a list";
    case document::Kind::object:
      return "a group of fields";
  }
  return "nothing";
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

class Reader {
 public:
  Reader(ServiceManifest& manifest, Diagnostics& diagnostics)
      : manifest_(manifest), diagnostics_(diagnostics) {}

  void read(const Node& root) { read_object(root, "", &manifest_); }

 private:
  void error(Location where, std::string message, std::string hint = {}) {
    diagnostics_.error(std::string(invalid), std::move(where), std::move(message), std::move(hint));
  }

  void read_object(const Node& object, const std::string& prefix, Holder holder) {
    for (const Node child : object) {
      // A key with '/' must not reach fields that lie deeper: "consumes[]/from".
      const bool plain = child.key().find('/') == std::string_view::npos;
      const ManifestField* field = plain ? find_field(prefix + std::string(child.key())) : nullptr;
      if (field == nullptr) {
        report_unknown(child, prefix);
      } else {
        read_field(child, *field, holder);
      }
    }
    for (const ManifestField& field : manifest_fields()) {
      if (!field.required || !field.path.starts_with(prefix)) continue;
      const std::string_view name = field.path.substr(prefix.size());
      if (name.find('/') != name.npos || object[name]) continue;
      error(object.location(),
            "entry of " + dotted(prefix.substr(0, prefix.find('['))) + " without " +
                std::string(name),
            "write " + std::string(name) + ": " + std::string(field.rule->expected));
    }
  }

  static const ManifestField* find_field(std::string_view path) {
    const std::span<const ManifestField> all = manifest_fields();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const ManifestField& f) { return f.path == path; });
    return found == all.end() ? nullptr : &*found;
  }

  void report_unknown(const Node& child, const std::string& prefix) {
    std::vector<std::string> known;
    for (const ManifestField& field : manifest_fields()) {
      if (!field.path.starts_with(prefix)) continue;
      const std::string_view name = field.path.substr(prefix.size());
      if (name.find('/') == name.npos) known.emplace_back(name);
    }
    const std::optional<std::string> nearest = find_nearest(child.key(), known);
    const std::string place =
        prefix.empty() ? "" : " in " + dotted(prefix.substr(0, prefix.size() - 1));
    error(child.key_location(),
          "unknown field \"" + std::string(child.key()) + "\"" + place +
              "; known: " + join(known, ", "),
          nearest ? "did you mean \"" + *nearest + "\"?" : "remove it");
  }

  void read_field(const Node& node, const ManifestField& field, Holder holder) {
    if (field.path == "owner" && reports_owners(node)) return;
    if (!has_shape(node, field.shape)) {
      const bool unquoted = field.shape == Shape::text && (node.is_number() || node.is_boolean());
      error(node.location(),
            dotted(field.path) + " is " + found_text(node) + ", expected " +
                std::string(shape_text(field.shape)),
            unquoted         ? "put it in quotes"
            : node.is_null() ? "give it a value or remove it"
                             : "");
      return;
    }
    const std::string prefix = std::string(field.path);
    switch (field.shape) {
      case Shape::text:
        return read_text(node, field, holder);
      case Shape::flag:
        return store_flag(field, holder, node.as_boolean());
      case Shape::integer:
        return read_integer(node, field);
      case Shape::texts:
        return read_texts(node, field);
      case Shape::object:
        return read_object(node, prefix + "/", holder);
      case Shape::objects:
        return read_entries(node, field);
      case Shape::severities:
        return read_severities(node, field);
    }
  }

  // Exactly one team owns a service (service.md, section 3).
  bool reports_owners(const Node& node) {
    const std::string_view text = trim(node.as_string());
    const bool list = node.is_array() && node.size() != 1;
    const bool names = node.is_string() && (text.find_first_of(",;&/| \t") != text.npos);
    if (!list && !names) return false;
    diagnostics_.error("service.many-owners", node.location(),
                       "owner is " + found_text(node) + ", expected exactly one team",
                       "name the one team that answers for this service; split the repository if "
                       "two teams release parts of it");
    return true;
  }

  // Choices and rule; true if the value may be stored.
  bool accepts(const Node& node, std::string_view text, const ManifestField& field) {
    if (!field.choices.empty() &&
        std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end()) {
      if (field.path == "apiVersion" && text.starts_with("tidegate/v")) return unsupported(node);
      std::vector<std::string> known(field.choices.begin(), field.choices.end());
      const std::optional<std::string> nearest = find_nearest(text, known);
      error(node.location(),
            dotted(field.path) + " is " + found_text(node) + ", expected one of " +
                listed(field.choices),
            nearest ? "did you mean \"" + *nearest + "\"?" : "");
      return false;
    }
    if (field.rule != nullptr && !field.rule->accepts(text)) {
      error(node.location(), dotted(field.path) + " is " + found_text(node) + ", expected " +
                                 std::string(field.rule->expected));
      return false;
    }
    return true;
  }

  bool unsupported(const Node& node) {
    diagnostics_.add({.code = std::string(invalid),
                      .where = node.location(),
                      .message = "apiVersion is " + found_text(node) +
                                 "; this version of tidegate reads tidegate/v1",
                      .hint = "use a newer tidegate, or write the manifest as tidegate/v1",
                      .exit = ExitCode::unsupported});
    return false;
  }

  void read_text(const Node& node, const ManifestField& field, Holder holder) {
    const std::string_view text = node.as_string();
    if (accepts(node, text, field)) store_text(field, holder, normalised(text, field));
  }

  static std::string normalised(std::string_view text, const ManifestField& field) {
    if (!field.folder) return std::string(text);
    while (text.starts_with("./")) text.remove_prefix(2);
    while (text.ends_with('/')) text.remove_suffix(1);
    return text == "." ? "" : std::string(text);
  }

  static void store_text(const ManifestField& field, Holder holder, std::string text) {
    const auto put = [&](auto* object, auto member) { object->*member = std::move(text); };
    if (const auto* member = std::get_if<std::string ServiceManifest::*>(&field.target)) {
      put(std::get<ServiceManifest*>(holder), *member);
    } else if (const auto* optional =
                   std::get_if<std::optional<std::string> ServiceManifest::*>(&field.target)) {
      put(std::get<ServiceManifest*>(holder), *optional);
    } else if (const auto* produced = std::get_if<std::string Produced::*>(&field.target)) {
      put(std::get<Produced*>(holder), *produced);
    } else if (const auto* consumed = std::get_if<std::string Consumed::*>(&field.target)) {
      put(std::get<Consumed*>(holder), *consumed);
    } else if (const auto* binding = std::get_if<std::string Binding::*>(&field.target)) {
      put(std::get<Binding*>(holder), *binding);
    } else if (const auto* variable = std::get_if<std::string OwnVariable::*>(&field.target)) {
      put(std::get<OwnVariable*>(holder), *variable);
    } else if (const auto* accepted = std::get_if<std::string AcceptedFinding::*>(&field.target)) {
      put(std::get<AcceptedFinding*>(holder), *accepted);
    }
  }

  static void store_flag(const ManifestField& field, Holder holder, bool flag) {
    if (const auto* member = std::get_if<bool ServiceManifest::*>(&field.target)) {
      std::get<ServiceManifest*>(holder)->** member = flag;
    } else if (const auto* produced = std::get_if<bool Produced::*>(&field.target)) {
      std::get<Produced*>(holder)->** produced = flag;
    } else if (const auto* consumed = std::get_if<bool Consumed::*>(&field.target)) {
      std::get<Consumed*>(holder)->** consumed = flag;
    } else if (const auto* binding = std::get_if<bool Binding::*>(&field.target)) {
      std::get<Binding*>(holder)->** binding = flag;
    }
  }

  void read_integer(const Node& node, const ManifestField& field) {
    const std::int64_t value = node.as_integer().value_or(0);
    if (!accepts(node, std::to_string(value), field)) return;
    if (const auto* member = std::get_if<int ServiceManifest::*>(&field.target)) {
      manifest_.** member = static_cast<int>(value);
    }
  }

  void read_texts(const Node& node, const ManifestField& field) {
    const auto* member = std::get_if<std::vector<std::string> ServiceManifest::*>(&field.target);
    const auto* patterns = std::get_if<std::vector<FilePattern> ServiceManifest::*>(&field.target);
    for (const Node child : node) {
      if (!child.is_string()) {
        error(
            child.location(),
            "an entry of " + dotted(field.path) + " is " + found_text(child) + ", expected a text",
            child.is_number() || child.is_boolean() ? "put it in quotes" : "");
      } else if (accepts(child, child.as_string(), field)) {
        if (member != nullptr) (manifest_.**member).emplace_back(child.as_string());
        if (patterns != nullptr) (manifest_.**patterns).push_back({std::string(child.as_string()), child.location()});
      }
    }
  }

  void read_severities(const Node& node, const ManifestField& field) {
    for (const Node child : node) {
      if (!field.rule->accepts(child.key())) {
        error(child.key_location(), dotted(field.path) + " has \"" + std::string(child.key()) +
                                        "\", expected " + std::string(field.rule->expected));
        continue;
      }
      // YAML reads a plain `off` as text, older readers as false.
      const ManifestField level{.path = field.path, .choices = field.choices};
      if (!child.is_string()) {
        error(child.location(), dotted(field.path) + " is " + found_text(child) +
                                    ", expected one of " + listed(field.choices));
      } else if (accepts(child, child.as_string(), level)) {
        manifest_.severities.push_back({.code = std::string(child.key()),
                                        .level = std::string(child.as_string()),
                                        .where = child.key_location()});
      }
    }
  }

  void read_entries(const Node& node, const ManifestField& field) {
    const std::string prefix = std::string(field.path) + "[]/";
    const auto each = [&](auto& list) {
      for (const Node child : node) {
        if (!child.is_object()) {
          error(child.location(), "an entry of " + dotted(field.path) + " is " + found_text(child) +
                                      ", expected a group of fields");
          continue;
        }
        list.emplace_back();
        list.back().where = child.location();
        read_object(child, prefix, &list.back());
      }
    };
    if (field.path == "produces") each(manifest_.produces);
    if (field.path == "consumes") each(manifest_.consumes);
    if (field.path == "bindings") each(manifest_.bindings);
    if (field.path == "variables") each(manifest_.variables);
    if (field.path == "checks/accept") each(manifest_.accepted);
  }

  ServiceManifest& manifest_;
  Diagnostics& diagnostics_;
};

// ---- rules over more than one field ----

template <class Entry>
void check_unique_datasets(const std::vector<Entry>& entries, std::string_view list,
                           Diagnostics& diagnostics) {
  std::map<std::string, Location> seen;  // lower case: tables are compared without case
  for (const Entry& entry : entries) {
    if (entry.dataset.empty()) continue;
    const auto [first, inserted] = seen.emplace(to_lower(entry.dataset), entry.where);
    if (inserted) continue;
    diagnostics.error(std::string(invalid), entry.where,
                      "dataset \"" + entry.dataset + "\" stands twice in " + std::string(list) +
                          "; first at " + to_string(first->second),
                      "merge the two entries");
  }
}

void check_binding(const Binding& binding, const std::map<std::string, const Binding*>& first,
                   Diagnostics& diagnostics) {
  const auto error = [&](std::string message, std::string hint) {
    diagnostics.error(std::string(invalid), binding.where,
                      "binding \"" + binding.variable + "\" " + std::move(message),
                      std::move(hint));
  };
  if (binding.literal.empty() == binding.path.empty()) {
    error(binding.literal.empty() ? "has neither literal nor path" : "has both literal and path",
          "give it literal (a text, wherever it occurs) or path (one leaf)");
  }
  if (!binding.literal.empty() && binding.type != "string") {
    error("has a literal and the type " + binding.type, "a literal is text: its type is string");
  }
  if (is_standard_variable(binding.variable)) {
    error("has the name of a variable that tidegate generates itself", "choose another name");
  }
  const Binding& other = *first.at(binding.variable);
  if (other.type != binding.type) {
    error("has the type " + binding.type + ", but " + other.type + " at " + to_string(other.where),
          "give all bindings of one variable the same type");
  }
}

void check_bindings(const std::vector<Binding>& bindings, Diagnostics& diagnostics) {
  std::map<std::string, const Binding*> first;
  for (const Binding& binding : bindings) first.emplace(binding.variable, &binding);
  for (const Binding& binding : bindings) {
    if (!binding.variable.empty()) check_binding(binding, first, diagnostics);
  }
}

void check_volume(const ServiceManifest& manifest, const Node& root, Diagnostics& diagnostics) {
  const Node volume = root["placement"]["volume"];
  if (!volume.is_object()) return;
  const bool whole = !manifest.volume_catalog.empty() && !manifest.volume_schema.empty() &&
                     !manifest.volume_name.empty();
  if (whole) return;
  diagnostics.error(std::string(invalid), volume.location(),
                    "placement.volume needs catalog, schema and name",
                    "write all three, or none: then the variable volume_path holds the path");
}

bool is_legal(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string legal_name(std::string_view folder) {
  std::string name;
  for (const char c : to_lower(folder)) {
    if (is_legal(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  if (name.empty()) return "service";
  if (name.size() < 2 || name[0] < 'a') name = "service-" + name;
  if (name.size() > 41) name.resize(41);
  while (name.ends_with('-')) name.pop_back();
  return name;
}

}  // namespace

ServiceManifest default_manifest(std::string_view folder) {
  ServiceManifest manifest;
  manifest.service = legal_name(folder);
  return manifest;
}

ServiceManifest read_manifest(const document::DocumentPtr& document, std::string_view folder,
                              Diagnostics& diagnostics) {
  ServiceManifest manifest = default_manifest(folder);
  manifest.present = true;
  manifest.file = document->file();
  const Node root = document->root();
  if (root.is_null()) return manifest;  // an empty file: all defaults
  if (!root.is_object()) {
    diagnostics.error(std::string(invalid), root.location(),
                      "the manifest is " + found_text(root) + ", expected a group of fields",
                      "start it with apiVersion: tidegate/v1");
    return manifest;
  }
  Reader(manifest, diagnostics).read(root);
  manifest.service_given = root["service"].exists();
  manifest.owner_given = root["owner"].exists();
  manifest.domain_given = root["domain"].exists();
  manifest.produces_given = root["produces"].exists();
  manifest.consumes_given = root["consumes"].exists();
  manifest.bindings_given = root["bindings"].exists();
  check_unique_datasets(manifest.produces, "produces", diagnostics);
  check_unique_datasets(manifest.consumes, "consumes", diagnostics);
  check_bindings(manifest.bindings, diagnostics);
  check_volume(manifest, root, diagnostics);
  return manifest;
}

}  // namespace tidegate::service

// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/not_deployed.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/own.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using adf::ObjectKind;
using document::Node;
using repository::InventoryFile;
using repository::Role;

constexpr const char* code = "terraform.not-deployed";

// ---- objects that were read ----

std::string words_of(const adf::Object& object) {
  return std::string(to_string(object.kind)) + " \"" + printable(object.name) + "\"";
}

Location place_of(const adf::Object& object) {
  const Node name = object.root()["name"];
  return name ? name.location() : object.root().location();
}

class Objects {
 public:
  Objects(const Service& service, Diagnostics& diagnostics)
      : service_(service), own_(has_own_factory(service)), diagnostics_(diagnostics) {}

  void run() {
    for (const adf::Object& object : service_.factory.objects) {
      if (object.kind == ObjectKind::synapse) continue;  // terraform.synapse-object
      if (find_mapped_kind(object.kind, own_) != nullptr) {
        check_properties(object);
      } else if (!own_) {
        left_to_the_owner(object);
      } else if (object.kind == ObjectKind::factory) {
        check_factory(object);
      } else if (object.kind == ObjectKind::managed_virtual_network) {
        check_network(object);
      }
    }
  }

 private:
  void check_properties(const adf::Object& object) {
    if (object.properties().is_object()) return;
    if (const Node given = object.properties()) {
      diagnostics_.error(code, given.location(),
                         words_of(object) + " is not deployed: \"properties\" is " +
                             std::string(to_string(given.kind())) + ", expected an object",
                         "write the object's properties there, or remove the file");
    } else if (const Node other = object.root().find_ignoring_case("properties")) {
      diagnostics_.error(code, other.key_location(),
                         words_of(object) + " is not deployed: its properties are called \"" +
                             printable(other.key()) + "\"",
                         "write \"properties\"");
    } else {
      diagnostics_.error(code, place_of(object),
                         words_of(object) + " is not deployed: it has no \"properties\"",
                         "complete the object, or remove the file");
    }
  }

  void left_to_the_owner(const adf::Object& object) {
    diagnostics_.note(code, place_of(object),
                      words_of(object) + " is not deployed: it belongs to whoever owns the factory",
                      "have it in the factory of each environment, or deploy the factory with "
                      "placement.factory: own");
  }

  void check_factory(const adf::Object& object) {
    if (first_factory_ == nullptr) {
      first_factory_ = &object;
      return;
    }
    diagnostics_.error(code, place_of(object),
                       words_of(object) + " is not deployed: a service has one factory, and " +
                           printable(first_factory_->file) + " is taken",
                       "keep one file in factory/");
  }

  // azurerm_data_factory makes the network `default`, as ADF Studio does.
  void check_network(const adf::Object& object) {
    if (equal_ignoring_case(object.name, "default")) return;
    const bool used = std::ranges::any_of(service_.factory.objects, [&](const adf::Object& other) {
      return other.kind == ObjectKind::managed_private_endpoint &&
             equal_ignoring_case(other.network, object.name);
    });
    diagnostics_.add({.code = code,
                      .severity = used ? Severity::error : Severity::warning,
                      .where = place_of(object),
                      .message = words_of(object) +
                                 " is not deployed: a factory has one managed network, \"default\"",
                      .hint = "call it default, or remove it"});
  }

  const Service& service_;
  const bool own_;
  Diagnostics& diagnostics_;
  const adf::Object* first_factory_ = nullptr;
};

// ---- files that were not read ----

constexpr std::array kinds{ObjectKind::pipeline,       ObjectKind::dataset,
                           ObjectKind::linked_service, ObjectKind::data_flow,
                           ObjectKind::trigger,        ObjectKind::integration_runtime,
                           ObjectKind::credential,     ObjectKind::managed_virtual_network};

constexpr std::size_t shape_limit = std::size_t{16}
                                    << 10U;  // bytes in which members of an object are looked for

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool may_be_object(std::string_view head) {
  return holds_any(head, {"\"properties\""}) &&
         holds_any(head, {"\"activities\"", "\"typeProperties\"", "\"linkedServiceName\""});
}

// {"name", "properties": {"activities"}} or {"name", "properties": {"type", …}}, and no template.
bool is_object(const Node& root) {
  const Node properties = root["properties"];
  if (!root["name"].is_string() || !properties.is_object()) return false;
  return properties["activities"].is_array() ||
         (properties["type"].is_string() && (properties["typeProperties"].is_object() ||
                                             properties["linkedServiceName"].is_object()));
}

bool is_json(std::string_view path) { return ends_with_ignoring_case(path, ".json"); }

class Files {
 public:
  Files(const system::FileTree& tree, const repository::Inventory& inventory,
        const Service& service, Diagnostics& diagnostics)
      : tree_(tree), inventory_(inventory), root_(service.factory.root), diagnostics_(diagnostics) {
    for (const adf::Reference& reference : service.factory.references) {
      if (!reference.target && !reference.name.empty()) missing_.insert(to_lower(reference.name));
    }
  }

  void run() {
    std::vector<const InventoryFile*> wanted;
    for (const InventoryFile& file : inventory_.files) {
      if (may_be_lost(file)) wanted.push_back(&file);
    }
    std::vector<Diagnostics> findings(wanted.size());
    for_each_index(wanted.size(), [&](std::size_t i) { look_at(*wanted[i], findings[i]); });
    for (Diagnostics& some : findings) diagnostics_.append(std::move(some));
  }

 private:
  bool may_be_lost(const InventoryFile& file) const {
    const bool support = file.role == Role::adf_support;
    const bool other = file.role == Role::other;
    if (!support && !other && file.role != Role::denied) return false;
    if (file.in_submodule || file.entry == system::EntryKind::submodule ||
        file.entry == system::EntryKind::special || file_name(file.path).starts_with('~'))
      return false;
    const std::optional<std::string_view> inside = inside_root(file.path);
    if (!inside) return false;
    if (support) return starts_with_ignoring_case(*inside, "adfcdc/");
    const bool in_kind = find_kind(*inside).has_value();
    return other ? in_kind || is_json(file.path) : in_kind && is_json(file.path);
  }

  // The path below the root.
  std::optional<std::string_view> inside_root(std::string_view path) const {
    if (root_.empty()) return path;
    if (!path.starts_with(root_) || path.substr(root_.size()).substr(0, 1) != "/")
      return std::nullopt;
    return path.substr(root_.size() + 1);
  }

  // The kind whose folder the path begins with.
  static std::optional<ObjectKind> find_kind(std::string_view inside) {
    const std::size_t slash = inside.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto found = std::ranges::find_if(kinds, [&](ObjectKind kind) {
      return equal_ignoring_case(folder_of(kind), inside.substr(0, slash));
    });
    return found == kinds.end() ? std::nullopt : std::optional(*found);
  }

  // "pipelines" -> "pipeline"
  static std::optional<std::string> nearest_folder(std::string_view inside) {
    const std::size_t slash = inside.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::vector<std::string> names;
    for (const ObjectKind kind : kinds) names.emplace_back(folder_of(kind));
    return find_nearest(inside.substr(0, slash), names);
  }

  void look_at(const InventoryFile& file, Diagnostics& findings) const {
    const std::string_view inside = *inside_root(file.path);
    const auto say = [&](Severity severity, const std::string& what, const std::string& why,
                         const std::string& hint) {
      findings.add({.code = code,
                    .severity = severity,
                    .where = {.file = file.path, .line = 1, .column = 1},
                    .message = what + " is not deployed: " + why,
                    .hint = hint});
    };
    if (file.role == Role::adf_support) {
      say(Severity::warning, "change data capture \"" + printable(file_stem(file.path)) + "\"",
          "files in adfcdc/ are kept, but neither checked nor sent",
          "deploy it from ADF Studio, or exclude the file with build.exclude");
      return;
    }
    const std::optional<ObjectKind> kind = find_kind(inside);
    const std::optional<std::string> name = object_name_of(file);
    if (!name) {
      if (kind && is_json(file.path) && file.role == Role::other)
        say(Severity::warning, "the file", below(*kind),
            "move it out of the Data Factory folders, or exclude it with build.exclude");
      return;
    }
    const bool missed = missing_.contains(to_lower(*name));
    const std::string what = "the object \"" + printable(*name) + "\"";
    if (file.role == Role::denied) {
      say(Severity::error, what, printable(file.reason), "rename the file");
    } else if (kind && !is_json(file.path)) {
      say(missed ? Severity::error : Severity::warning, what,
          "the file's name does not end in .json",
          "rename the file, or move it out of the Data Factory folders");
    } else if (kind) {
      say(Severity::error, what, below(*kind),
          "move the file up into " + std::string(folder_of(*kind)) +
              "/: folders of ADF Studio stand in properties.folder");
    } else if (const auto nearest = nearest_folder(inside)) {
      say(Severity::error, what,
          "\"" + printable(inside.substr(0, inside.find('/'))) +
              "\" is no folder of Data Factory objects",
          "did you mean \"" + *nearest + "\"?");
    } else {
      say(missed ? Severity::error : Severity::warning, what,
          "it lies beside the folders of Data Factory objects",
          "move it into the folder of its kind, or exclude it with build.exclude");
    }
  }

  static std::string below(ObjectKind kind) {
    return "it lies in a folder below " + std::string(folder_of(kind)) + "/, where nothing is read";
  }

  // Nothing: the file holds no Data Factory object.
  std::optional<std::string> object_name_of(const InventoryFile& file) const {
    const Result<std::string> head = tree_.read_prefix(file.path, shape_limit);
    if (!head || !may_be_object(*head)) return std::nullopt;
    Result<std::string> text = tree_.read(file.path);
    if (!text) return std::nullopt;
    const Result<document::DocumentPtr> parsed = document::parse_json(file.path, std::move(*text));
    if (!parsed || !is_object((*parsed)->root())) return std::nullopt;
    return std::string((*parsed)->root()["name"].as_string());
  }

  const system::FileTree& tree_;
  const repository::Inventory& inventory_;
  const std::string& root_;
  Diagnostics& diagnostics_;
  std::set<std::string> missing_{};  // names that lead to nothing, in lower case
};

}  // namespace

void check_deployed(const system::FileTree& tree, const repository::Inventory& inventory,
                    const Service& service, Diagnostics& diagnostics) {
  Objects(service, diagnostics).run();
  Files(tree, inventory, service, diagnostics).run();
}

}  // namespace tidegate::flavours::adf_databricks

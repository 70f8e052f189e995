// SPDX-License-Identifier: Apache-2.0
#include "detect/facts.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "document/write.hpp"

namespace tidegate {

namespace {

using repository::Inventory;
using repository::InventoryFile;
using repository::Role;

constexpr std::size_t max_named = 3;  // paths in one line

// One marker per row, in the order of the lines. The second role is counted beside the first.
struct MarkerRule {
  std::string_view name{};
  Role role = Role::other;
  std::string_view singular{};
  Role second = Role::other;
  std::string_view second_singular{};
  std::string_view missing{};
};

constexpr std::array marker_rules = {
    MarkerRule{"notebooks", Role::notebook, "notebook", Role::other, "",
               "no file starts with `Databricks notebook source`, and no *.ipynb or *.dbc"},
    MarkerRule{"jars", Role::jar, "jar", Role::pom, "POM", "no *.jar and no pom.xml"},
    MarkerRule{"wheels", Role::wheel, "wheel", Role::other, "", "no *.whl and no *.egg"},
    MarkerRule{"python", Role::python, "Python file", Role::other, "", "no *.py but notebooks"},
    MarkerRule{"config", Role::config, "configuration file", Role::other, "",
               "no file in the config folder"},
    MarkerRule{"terraform", Role::terraform, "Terraform file", Role::other, "",
               "no *.tf and no *.tf.json in terraform/"},
    MarkerRule{"checks", Role::check, "rule file", Role::other, "", "no *.yaml in checks/"},
    MarkerRule{"tests", Role::test, "Terraform test", Role::other, "",
               "no *.tftest.hcl and no *.tftest.json in tests/"},
    MarkerRule{"contract", Role::contract, "contract file", Role::other, "",
               "no file in contract/"},
};

// Kind folders in the order of a line; others follow by name.
struct KindWords {
  std::string_view folder{};
  std::string_view singular{};
  std::string_view plural{};
};

constexpr std::array kind_words = {
    KindWords{"pipeline", "pipeline", ""},
    KindWords{"dataset", "dataset", ""},
    KindWords{"linkedservice", "linked service", ""},
    KindWords{"dataflow", "data flow", ""},
    KindWords{"trigger", "trigger", ""},
    KindWords{"integrationruntime", "integration runtime", ""},
    KindWords{"credential", "credential", ""},
    KindWords{"factory", "factory", "factories"},
    KindWords{"managedvirtualnetwork", "managed network", ""},
    KindWords{"managedprivateendpoint", "private endpoint", ""},
};

std::string named(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < max_named; ++i)
    text += (i == 0 ? "" : ", ") + printable(paths[i]);
  return paths.size() > max_named ? text + ", …" : text;
}

std::string shown_root(const std::string& root) {
  return root.empty() ? "at the top" : "in " + printable(root) + "/";
}

void add_paths(std::vector<std::string>& paths, const std::vector<const InventoryFile*>& files) {
  for (const InventoryFile* file : files) paths.push_back(file->path);
}

Marker manifest_marker(const Inventory& inventory, const service::ServiceManifest& manifest) {
  Marker marker{.name = "manifest"};
  if (manifest.present) {
    marker.passed = true;
    marker.paths = {manifest.file};
    marker.reason = manifest.file + ", service " + printable(manifest.service) + ", owner " +
                    printable(manifest.owner);
    if (!manifest.flavour.empty()) marker.reason += ", flavour " + printable(manifest.flavour);
    return marker;
  }
  marker.reason = "no tidegate.yaml at the top";
  for (const InventoryFile& file : inventory.files) {
    const std::string name = to_lower(file_name(file.path));
    if (file.role != Role::other || (name != "tidegate.yaml" && name != "tidegate.yml")) continue;
    marker.reason += "; " + printable(file.path) + " is not read";
    break;
  }
  return marker;
}

Marker root_marker(const Inventory& inventory, const std::string& root) {
  std::map<std::string, std::size_t> counts;
  for (const InventoryFile& file : inventory.files) {
    if (file.role == Role::adf_object && file.root == root) ++counts[file.kind_folder];
  }
  Marker marker{.name = "adf", .passed = true, .paths = {root.empty() ? "." : root}};
  const auto add = [&](const std::string& folder, const std::string& words) {
    marker.kinds.emplace_back(folder, counts[folder]);
    marker.reason += (marker.reason.empty() ? "" : ", ") + words;
  };
  for (const KindWords& kind : kind_words) {
    const std::string folder(kind.folder);
    if (counts.contains(folder)) add(folder, counted(counts[folder], kind.singular, kind.plural));
  }
  for (const auto& count : counts) {
    const bool known =
        std::any_of(kind_words.begin(), kind_words.end(),
                    [&](const KindWords& kind) { return kind.folder == count.first; });
    if (!known)
      add(count.first,
          counted(count.second, count.first + " (Synapse)", count.first + " (Synapse)"));
  }
  marker.reason += " " + shown_root(root);
  return marker;
}

Marker no_root_marker(const service::ServiceManifest& manifest) {
  Marker marker{.name = "adf"};
  if (manifest.adf_root) {
    marker.reason = "adf.root is `" + printable(*manifest.adf_root) +
                    "`, and no Data Factory folder with JSON files lies there";
  } else {
    marker.reason =
        "no folder holds two of pipeline/, dataset/, linkedService/, dataflow/, trigger/ … with "
        "JSON files, "
        "or one with a fitting file";
  }
  return marker;
}

// Without those of submodules that a build takes only if something refers to them.
std::vector<const InventoryFile*> own_files(const Inventory& inventory, Role role) {
  std::vector<const InventoryFile*> files = inventory.with_role(role);
  std::erase_if(files, [](const InventoryFile* file) { return file->if_referenced; });
  return files;
}

Marker file_marker(const Inventory& inventory, const MarkerRule& rule) {
  Marker marker{.name = std::string(rule.name)};
  const std::vector<const InventoryFile*> first = own_files(inventory, rule.role);
  const std::vector<const InventoryFile*> second = rule.second == Role::other
                                                       ? std::vector<const InventoryFile*>()
                                                       : own_files(inventory, rule.second);
  add_paths(marker.paths, first);
  add_paths(marker.paths, second);
  if (marker.paths.empty()) {
    marker.reason = std::string(rule.missing);
    if (rule.role != Role::terraform) return marker;
    for (const InventoryFile& file : inventory.files) {
      if (file.role != Role::other ||
          !(file.path.ends_with(".tf") || file.path.ends_with(".tf.json")))
        continue;
      marker.reason += "; " + printable(file.path) + " lies elsewhere and is not used";
      break;
    }
    return marker;
  }
  marker.passed = true;
  if (!first.empty()) marker.reason = counted(first.size(), rule.singular);
  if (!second.empty())
    marker.reason += (first.empty() ? "" : ", ") + counted(second.size(), rule.second_singular);
  marker.reason += " (" + named(marker.paths) + ")";
  return marker;
}

bool is_among(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Lines only for repositories that have such files: what a build will not take.
void add_left_out(const repository::Source& source, const Inventory& inventory,
                  std::vector<Marker>& markers) {
  Marker denied{.name = "denied"};
  Marker pointers{.name = "lfs"};
  Marker submodules{.name = "submodules"};
  Marker repositories{.name = "repositories"};
  Marker links{.name = "symlinks"};
  for (const Diagnostic& one : source.missing_submodules)
    submodules.paths.push_back(one.where.file);
  for (const InventoryFile& file : inventory.files) {
    if (file.entry == system::EntryKind::submodule && !is_among(submodules.paths, file.path))
      repositories.paths.push_back(file.path);
    if (file.in_submodule) continue;  // left out unless referenced
    if (file.lfs_pointer) pointers.paths.push_back(file.path);
    if (file.entry == system::EntryKind::symlink) links.paths.push_back(file.path);
    if (file.role == Role::denied && file.entry != system::EntryKind::submodule)
      denied.paths.push_back(file.path);
  }
  const auto add = [&](Marker& marker, std::string_view words) {
    if (marker.paths.empty()) return;
    marker.reason = counted(marker.paths.size(), "path") + " " + std::string(words) + " (" +
                    named(marker.paths) + ")";
    markers.push_back(std::move(marker));
  };
  add(denied, "never packed");
  add(pointers, "only an LFS pointer, run `git lfs pull`");
  add(submodules, "whose files are not here, run `git submodule update --init`");
  add(repositories, "with a repository of its own, not read");
  add(links, "a symlink that leads to no file of this folder");
}

void check_roots(const Inventory& inventory, Diagnostics& diagnostics) {
  if (inventory.adf_roots.size() < 2) return;
  std::vector<std::string> shown;
  for (const std::string& root : inventory.adf_roots)
    shown.push_back(root.empty() ? "." : root + "/");
  diagnostics.warning(
      "detect.several-roots", {.file = shown.front()},
      counted(shown.size(), "Data Factory root") + ": " + join(shown, ", ") + "; a service has one",
      "write adf.root into tidegate.yaml, or build one of them with --path");
}

}  // namespace

Facts collect_facts(const repository::Source& source, const Inventory& inventory,
                    const service::ServiceManifest& manifest, Diagnostics& diagnostics) {
  Facts facts{
      .kind = source.kind, .commit = source.commit, .path = source.path, .dirty = source.dirty()};
  facts.ours = !inventory.adf_roots.empty() || (manifest.present && !manifest.flavour.empty());
  if (facts.ours) facts.flavours = {manifest.flavour.empty() ? "adf_databricks" : manifest.flavour};
  facts.markers.push_back(manifest_marker(inventory, manifest));
  for (const std::string& root : inventory.adf_roots)
    facts.markers.push_back(root_marker(inventory, root));
  if (inventory.adf_roots.empty()) facts.markers.push_back(no_root_marker(manifest));
  for (const MarkerRule& rule : marker_rules) facts.markers.push_back(file_marker(inventory, rule));
  add_left_out(source, inventory, facts.markers);
  check_roots(inventory, diagnostics);
  return facts;
}

std::string render_facts_text(const Facts& facts) {
  std::string text;
  for (const Marker& marker : facts.markers) {
    text += (marker.passed ? "PASSED " : "SKIPPED ") + marker.name + ": " + marker.reason + "\n";
  }
  return text;
}

namespace {

void write_marker(document::JsonWriter& json, const Marker& marker) {
  json.begin_object();
  json.member("name", marker.name)
      .member_boolean("passed", marker.passed)
      .member("reason", marker.reason);
  if (!marker.kinds.empty()) {
    json.key("kinds").begin_object();
    for (const auto& kind : marker.kinds)
      json.member(kind.first, static_cast<std::int64_t>(kind.second));
    json.end_object();
  }
  json.key("paths").begin_array();
  for (const std::string& path : marker.paths)
    json.string(find_invalid_utf8(path) ? printable(path) : path);
  json.end_array();
  json.end_object();
}

}  // namespace

std::string render_facts_json(const Facts& facts, const Diagnostics& diagnostics) {
  std::string text;
  document::JsonWriter json(text);
  json.begin_object();
  json.member("schema", "tidegate/detect/1").member_boolean("ours", facts.ours);
  json.key("flavours").begin_array();
  for (const std::string& flavour : facts.flavours) json.string(flavour);
  json.end_array();
  json.key("source").begin_object();
  json.member("kind", facts.kind).member("commit", facts.commit);
  json.member("path", find_invalid_utf8(facts.path) ? printable(facts.path) : facts.path);
  json.member_boolean("dirty", facts.dirty).end_object();
  json.key("markers").begin_array();
  for (const Marker& marker : facts.markers) write_marker(json, marker);
  json.end_array();
  json.key("findings").begin_array();
  for (const Diagnostic& item : diagnostics.items()) {
    json.begin_object();
    json.member("code", item.code).member("severity", to_string(item.severity));
    json.member("file", printable(item.where.file));
    json.member("line", static_cast<std::int64_t>(item.where.line));
    json.member("column", static_cast<std::int64_t>(item.where.column));
    json.member("message", printable(item.message))
        .member("hint", printable(item.hint))
        .end_object();
  }
  json.end_array().end_object();
  return text + "\n";
}

std::string render_build_plan(const Facts& facts) {
  std::string list;
  for (const std::string& flavour : facts.flavours) {
    list += list.empty() ? "" : ", ";
    document::append_json_string(list, flavour);  // a TOML basic string has the same escapes
  }
  return "[[provides]]\nname = \"tidegate-artifact\"\n\n[[requires]]\nname = "
         "\"tidegate-artifact\"\n\n"
         "[requires.metadata]\nflavours = [" +
         list + "]\n";
}

}  // namespace tidegate

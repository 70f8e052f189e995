// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/place.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

#include "base/text.hpp"
#include "databricks/source_text.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using Target = FileLink::Target;
using terraform::Expression;
using terraform::Template;
using terraform::Value;

std::string digest_of(std::initializer_list<const std::vector<PackedPath>*> kinds) {
  std::string lines;
  for (const std::vector<PackedPath>* files : kinds)
    for (const PackedPath& file : *files) lines += file.digest + "  " + file.path + "\n";
  return system::sha256_hex(lines).substr(0, release_size);
}

Value in_root(const std::string& fixed, const char* variable, const std::string& below) {
  if (!fixed.empty()) return fixed + below;
  return Template{{{.text = std::string("var.") + variable, .is_expression = true}, {.text = below}}};
}

Value workspace_path(const Service& service, const std::string& below) {
  return in_root(service.manifest.placement_notebooks, "workspace_root", below);
}

Value volume_path(const Service& service, const std::string& below) {
  const service::ServiceManifest& m = service.manifest;
  const std::string fixed =
      m.volume_name.empty() ? std::string()
                            : "/Volumes/" + m.volume_catalog + "/" + m.volume_schema + "/" + m.volume_name;
  return in_root(fixed, "volume_path", below);
}

// Two jars of one name keep their folders, or one would overwrite the other.
std::set<std::string_view> repeated_names(const std::vector<PackedPath>& jars) {
  std::set<std::string_view> names, repeated;
  for (const PackedPath& jar : jars) {
    const std::string_view name = file_name(jar.path);
    if (!names.insert(name).second) repeated.insert(name);
  }
  return repeated;
}

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.data())) return *text;
  const auto* parts = std::get_if<Template>(&value.data());
  std::string out;
  if (parts == nullptr) return out;
  for (const terraform::Part& part : parts->parts) {
    out += part.is_expression ? "${" + part.text + "}" : part.text;
  }
  return out;
}

}  // namespace

bool jars_in_volume(const Service& service) { return service.manifest.placement_jars != "workspace"; }

Value folder_of_service(const Service& service) {
  return workspace_path(service, "/" + service.manifest.service);
}

const std::string& release_of(const Service& service, Target target) {
  return target == Target::jar ? service.releases.jars : service.releases.workspace;
}

const UploadKind& upload_kind(Target target) {
  return *std::ranges::find(upload_kinds, target, &UploadKind::target);
}

namespace {

class Placer {
 public:
  explicit Placer(const Service& service) : service_(service) {}

  Placement place_notebook(const databricks::Notebook& notebook) const {
    const std::string packed =
        notebook.as_source ? notebook.path + std::string(databricks::source_extension(notebook.language)) : notebook.file;
    return place(Target::notebook, "notebook", {notebook.path, notebook.file, notebook.path, packed}, "databricks_notebook");
  }
  Placement place_jar(const PackedPath& jar) const {
    const std::string_view name = file_name(jar.path);
    return place(Target::jar, "jar", {jar.path, jar.path, repeated_.contains(name) ? jar.path : name, jar.path},
                 jars_in_volume(service_) ? "databricks_file" : "databricks_workspace_file");
  }
  Placement place_file(const PackedPath& file) const {
    return place(Target::file, "file", {file.path, file.path, file.path, file.path}, "databricks_workspace_file");
  }

 private:
  struct Names {
    std::string_view resource{};  // its name is made of this
    std::string_view origin{};
    std::string_view below{};     // the folder of the release
    std::string_view packed{};    // below the folder of its kind in the artifact
  };

  // A release that will be retained is told apart from the next one by address and by source.
  Placement place(Target target, const char* kind, const Names& names, const char* type) const {
    const bool retained = service_.manifest.retain > 0;
    const std::string& release = release_of(service_, target);
    const std::string below = "/" + service_.manifest.service + "/" + release + "/" + std::string(names.below);
    const bool volume = target == Target::jar && jars_in_volume(service_);
    return {.type = type,
            .name = terraform::resource_name(kind, names.resource) + (retained ? "_" + release : ""),
            .path = volume ? volume_path(service_, below) : workspace_path(service_, below),
            .packed = upload_kind(target).folder + (retained ? release + "/" : std::string()) + std::string(names.packed),
            .origin = std::string(names.origin)};
  }

  const Service& service_;
  const std::set<std::string_view> repeated_ = repeated_names(service_.jar_files);
};

// A notebook has no extension in the workspace, where one path has one object.
void check_collisions(const Service& service, Diagnostics& diagnostics) {
  std::map<std::string_view, const databricks::Notebook*> notebooks;
  const auto check = [&](std::string_view path, const std::string& file) {
    const bool is_itself = [&] {
      const auto found = notebooks.find(path);
      return found != notebooks.end() && found->second->file == file;
    }();
    for (std::string_view at = is_itself ? parent_path(path) : path; !at.empty();
         at = parent_path(at)) {
      const auto found = notebooks.find(at);
      if (found == notebooks.end()) continue;
      diagnostics.error("databricks.path-collision", {.file = file},
                        "would lie in the workspace " + std::string(at == path ? "at " : "in ") +
                            printable(at) + ", and so is the notebook " +
                            printable(found->second->file) + " called there",
                        "rename one of them: a notebook has no extension in the workspace, and no "
                        "folder or file beside it "
                        "may have its name");
      return;
    }
  };
  for (const databricks::Notebook& one : service.notebooks) notebooks.emplace(one.path, &one);
  for (const databricks::Notebook& one : service.notebooks) check(one.path, one.file);
  for (const PackedPath& one : service.config_files) check(one.path, one.path);
}

}  // namespace

void find_places(Service& service, Diagnostics& diagnostics) {
  check_collisions(service, diagnostics);
  service.releases = {.workspace = digest_of({&service.notebook_files, &service.config_files}),
                      .jars = digest_of({&service.jar_files})};
  const Placer placer(service);
  Placements places;
  for (const databricks::Notebook& notebook : service.notebooks) places.notebooks.push_back(placer.place_notebook(notebook));
  for (const PackedPath& jar : service.jar_files) places.jars.push_back(placer.place_jar(jar));
  for (const PackedPath& file : service.config_files) places.files.push_back(placer.place_file(file));
  service.placements = std::move(places);
}

const Placement& place_of(const Service& service, Target target, std::size_t index) {
  switch (target) {
    case Target::notebook:
      return service.placements.notebooks[index];
    case Target::jar:
      return service.placements.jars[index];
    case Target::file:
      break;
  }
  return service.placements.files[index];
}

// What an activity needs is the path as the workspace shows it. It is put together from the path that
// is asked for: the provider computes the same, but only while it applies.
Value linked_value(const Service& service, const FileLink& link) {
  const Placement& place = place_of(service, link.target, link.index);
  if (place.type != "databricks_workspace_file") return Expression{place.address() + ".path"};
  return Template{{{.text = "/Workspace"},
                   {.text = "trimprefix(" + place.address() + ".path, \"/Workspace\")", .is_expression = true}}};
}

std::string linked_text(const Service& service, const FileLink& link) {
  const Placement& place = place_of(service, link.target, link.index);
  const std::string path = text_of(place.path);
  if (place.type != "databricks_workspace_file" || path.starts_with("/Workspace/")) return path;
  return "/Workspace" + path;
}

}  // namespace tidegate::flavours::adf_databricks

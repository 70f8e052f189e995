// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/place.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using Target = FileLink::Target;
using terraform::Expression;
using terraform::Template;
using terraform::Value;

std::string digest_of(const std::vector<PackedPath>& files) {
  std::string lines;
  for (const PackedPath& file : files) lines += file.digest + "  " + file.path + "\n";
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
std::string name_of_jar(const Service& service, const PackedPath& jar) {
  const auto same_name = std::ranges::count_if(service.jar_files, [&](const PackedPath& other) {
    return file_name(other.path) == file_name(jar.path);
  });
  return same_name > 1 ? jar.path : std::string(file_name(jar.path));
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

void find_releases(Service& service) {
  service.releases = {.notebooks = digest_of(service.notebook_files),
                      .jars = digest_of(service.jar_files),
                      .files = digest_of(service.config_files)};
}

const std::string& release_of(const Service& service, Target target) {
  switch (target) {
    case Target::notebook:
      return service.releases.notebooks;
    case Target::jar:
      return service.releases.jars;
    case Target::file:
      break;
  }
  return service.releases.files;
}

const UploadKind& upload_kind(Target target) {
  return *std::ranges::find(upload_kinds, target, &UploadKind::target);
}

Place place_of(const Service& service, Target target, std::size_t index) {
  // A release that will be retained is told apart from the next one by address and by source.
  const bool retained = service.manifest.retain > 0;
  const std::string& release = release_of(service, target);
  const auto name_of = [&](const char* kind, const std::string& path) {
    return terraform::resource_name(kind, path) + (retained ? "_" + release : "");
  };
  const std::string packed = upload_kind(target).folder + (retained ? release + "/" : std::string());
  const std::string folder = "/" + service.manifest.service + "/" + release + "/";
  switch (target) {
    case Target::notebook: {
      const databricks::Notebook& notebook = service.notebooks[index];
      return {.type = "databricks_notebook",
              .name = name_of("notebook", notebook.path),
              .path = workspace_path(service, folder + notebook.path),
              .packed = packed + notebook.file,
              .origin = notebook.file};
    }
    case Target::jar: {
      const PackedPath& jar = service.jar_files[index];
      const std::string below = folder + name_of_jar(service, jar);
      const bool volume = jars_in_volume(service);
      return {.type = volume ? "databricks_file" : "databricks_workspace_file",
              .name = name_of("jar", jar.path),
              .path = volume ? volume_path(service, below) : workspace_path(service, below),
              .packed = packed + jar.path,
              .origin = jar.path};
    }
    case Target::file:
      break;
  }
  const PackedPath& file = service.config_files[index];
  return {.type = "databricks_workspace_file",
          .name = name_of("file", file.path),
          .path = workspace_path(service, folder + file.path),
          .packed = packed + file.path,
          .origin = file.path};
}

// What an activity needs is the path as the workspace shows it. It is put together from the path that
// is asked for: the provider computes the same, but only while it applies.
Value linked_value(const Service& service, const FileLink& link) {
  const Place place = place_of(service, link.target, link.index);
  if (place.type != "databricks_workspace_file") return Expression{place.address() + ".path"};
  return Template{{{.text = "/Workspace"},
                   {.text = "trimprefix(" + place.address() + ".path, \"/Workspace\")", .is_expression = true}}};
}

std::string linked_text(const Service& service, const FileLink& link) {
  const Place place = place_of(service, link.target, link.index);
  const std::string path = text_of(place.path);
  if (place.type != "databricks_workspace_file" || path.starts_with("/Workspace/")) return path;
  return "/Workspace" + path;
}

}  // namespace tidegate::flavours::adf_databricks

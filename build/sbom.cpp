// SPDX-License-Identifier: Apache-2.0
#include "build/sbom.hpp"

#include <map>

#include "base/text.hpp"
#include "databricks/requirements.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;
using artifact::Component;
using spark::Evidence;

struct Method {
  std::string_view source{};
  std::string_view technique{};
  std::string_view confidence{};
};

Method method_of(Evidence evidence) {
  switch (evidence) {
    case Evidence::pom_properties:
      return {"pom.properties", "manifest-analysis", "1.0"};
    case Evidence::pom:
      return {"pom.xml", "manifest-analysis", "0.9"};
    case Evidence::manifest:
      return {"MANIFEST.MF", "manifest-analysis", "0.5"};
    case Evidence::file_name:
      return {"file name", "filename", "0.3"};
    case Evidence::digest:
      return {"digest", "hash-comparison", "0.1"};
  }
  return {};
}

Method method_of(spark::WheelEvidence evidence) {
  switch (evidence) {
    case spark::WheelEvidence::metadata:
      return {"METADATA", "manifest-analysis", "1.0"};
    case spark::WheelEvidence::package_info:
      return {"PKG-INFO", "manifest-analysis", "1.0"};
    case spark::WheelEvidence::file_name:
      return {"file name", "filename", "0.3"};
    case spark::WheelEvidence::digest:
      return {"digest", "hash-comparison", "0.1"};
  }
  return {};
}

Component wheel_component(const Bill::Wheel& wheel) {
  const spark::WheelIdentity& known = wheel.identity;
  const Method method = method_of(known.evidence);
  Component component{.name = known.name.empty() ? std::string(file_name(wheel.path)) : known.name,
                      .version = known.version,
                      .purl = known.name.empty() ? std::string() : artifact::pypi_purl(known.name, known.version),
                      .sha256 = known.sha256,
                      .sha1 = known.sha1,
                      .technique = std::string(method.technique),
                      .confidence = std::string(method.confidence),
                      .locations = {wheel.path}};
  component.properties.emplace_back("tidegate:identifiedBy", std::string(method.source));
  return component;
}

Result<Bill::Wheel> read_wheel(const artifact::PackFile& file) {
  system::Spill spill;
  const auto put = [&](std::string_view piece) { return spill.put(piece); };
  if (Status status = file.stream ? file.stream(put) : put(file.bytes); !status) return status.failure();
  Result<spark::WheelIdentity> identity = spark::identify_wheel(file.path, spill);
  if (!identity) return identity.failure();
  return Bill::Wheel{.path = file.path, .identity = std::move(*identity)};
}

Component jar_component(const spark::JarIdentity& identity, const std::string& path) {
  const spark::Coordinates& known = identity.coordinates;
  const std::string location = path + (identity.place.empty() ? "" : "#" + identity.place);
  const Method method = method_of(identity.evidence);
  Component component{.group = known.group,
                      .name = known.artifact,
                      .version = known.version,
                      .purl = artifact::maven_purl(known.group, known.artifact, known.version),
                      .sha256 = identity.sha256,
                      .sha1 = identity.sha1,
                      .technique = std::string(method.technique),
                      .confidence = std::string(method.confidence),
                      .locations = {location}};
  if (component.name.empty()) component.name = std::string(file_name(identity.place.empty() ? path : identity.place));
  component.properties.emplace_back("tidegate:identifiedBy", std::string(method.source));
  if (component.purl.empty()) component.properties.emplace_back("tidegate:group", "unknown");
  if (identity.sha256.empty()) component.properties.emplace_back("tidegate:shaded", "true");
  return component;
}

void add_jar(const Bill::Jar& jar, const std::string& path, std::vector<Component>& components) {
  const std::size_t first = components.size();
  std::map<std::string, std::size_t> by_place;  // jars only: shaded libraries carry nothing
  for (const spark::JarIdentity& identity : jar.identities.all) {
    if (!identity.sha256.empty()) by_place.emplace(identity.place, components.size());
    components.push_back(jar_component(identity, path));
  }
  for (std::size_t i = first + 1; i < components.size(); ++i) {
    components[by_place.at(jar.identities.all[i - first].parent)].inside.push_back(i);
  }
  if (!jar.identities.incomplete.empty()) {
    components[first].properties.emplace_back("tidegate:incomplete", jar.identities.incomplete);
  }
}

// Provider -> version in terraform/.terraform.lock.hcl is not read: the constraint is what the artifact promises.
void add_providers(const artifact::Manifest& manifest, std::vector<Component>& components) {
  for (const artifact::ManifestProvider& provider : manifest.providers) {
    Component component{.type = "application",
                        .name = provider.source.empty() ? provider.name : provider.source,
                        .technique = "manifest-analysis",
                        .confidence = "1.0",
                        .locations = {"terraform/"}};
    component.properties.emplace_back("tidegate:kind", "terraform-provider");
    if (!provider.constraint.empty()) component.properties.emplace_back("tidegate:constraint", provider.constraint);
    components.push_back(std::move(component));
  }
}

void add_notebooks(const artifact::Manifest& manifest, std::vector<Component>& components) {
  for (const artifact::ManifestFile& file : manifest.files) {
    if (!file.path.starts_with("files/notebooks/")) continue;
    components.push_back({.type = "file", .name = file.path.substr(6), .sha256 = file.sha256, .locations = {file.path}});
  }
}

Component library(const flavour::Library& named) {
  Component component{.technique = "source-code-analysis", .confidence = "1.0"};
  const std::vector<std::string_view> parts = split(named.text, ':');
  if (named.kind == "maven" && parts.size() >= 3) {
    component.group = parts[0];
    component.name = parts[1];
    component.version = parts.back();
    component.purl = artifact::maven_purl(parts[0], parts[1], parts.back());
  } else {
    const databricks::Requirement wanted = databricks::parse_requirement(named.text);
    component.name = wanted.name.empty() ? named.text : wanted.name;
    component.version = wanted.version;
    if (named.kind == "pypi" && !wanted.name.empty()) component.purl = artifact::pypi_purl(wanted.name, wanted.version);
    if (named.kind == "cran" && !wanted.name.empty()) component.purl = artifact::cran_purl(wanted.name, wanted.version);
  }
  if (component.version.empty()) {
    component.confidence = "0.5";
    component.properties.emplace_back("tidegate:requested", named.text);
  }
  component.properties.emplace_back("tidegate:packed", "false");
  component.locations = {named.file};
  return component;
}

}  // namespace

Result<Bill> make_bill(const flavour::Service& service, const std::vector<artifact::PackFile>& files) {
  Bill bill;
  for (const artifact::PackFile& file : files) {
    if (!spark::is_wheel_name(file.path)) continue;
    Result<Bill::Wheel> wheel = read_wheel(file);
    if (!wheel) return wheel.failure();
    bill.wheels.push_back(std::move(*wheel));
  }
  for (const flavour::Library& named : service.libraries) bill.libraries.push_back(library(named));
  for (const databricks::Notebook& notebook : service.notebooks) {
    for (const databricks::Found& one : notebook.requirements) {
      bill.libraries.push_back(library({.kind = "pypi", .text = one.text, .file = notebook.file}));
    }
  }
  for (std::size_t i = 0; i < service.jars.size(); ++i) {
    bill.jars.push_back({service.jars[i].file, service.jar_identities[i]});
  }
  return bill;
}

std::string render_bill(const Bill& bill, const artifact::Manifest& manifest) {
  std::map<std::string, std::string> paths;  // origin -> path in the artifact
  for (const artifact::ManifestFile& file : manifest.files) paths.emplace(file.origin, file.path);
  std::vector<Component> components;
  for (Component component : bill.libraries) {
    for (std::string& location : component.locations) {
      const auto found = paths.find(location);
      if (found != paths.end()) location = found->second;
    }
    components.push_back(std::move(component));
  }
  for (const Bill::Jar& jar : bill.jars) {
    const auto found = paths.find(jar.origin);
    if (found != paths.end()) add_jar(jar, found->second, components);
  }
  for (const Bill::Wheel& wheel : bill.wheels) components.push_back(wheel_component(wheel));
  add_notebooks(manifest, components);
  add_providers(manifest, components);
  return artifact::render_sbom(manifest, std::move(components));
}

}  // namespace tidegate

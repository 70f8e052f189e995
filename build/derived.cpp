// SPDX-License-Identifier: Apache-2.0
#include "build/derived.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "service/derived_datasets.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;
using artifact::ManifestDerived;

void add_datasets(const flavour::Service& service, const std::string& kind, const std::vector<service::DerivedDataset>& all,
                  std::vector<ManifestDerived>& out) {
  for (const service::DerivedDataset& one : all) {
    const service::Place place =
        one.object ? service::place_of_dataset(service.factory.objects[*one.object]) : service::Place();
    out.push_back({.kind = kind, .name = one.adf, .value = place.linked_service.empty() ? "" : service::to_string(place)});
  }
}

// `unowned` and the name for a folder without letters stand for nobody, also where they are written down.
std::vector<std::string> missing(const std::string& name, const std::string& owner, const std::vector<ManifestDerived>& derived) {
  const auto is_derived = [&](std::string_view field) {
    return std::ranges::any_of(derived, [&](const ManifestDerived& one) { return one.kind == "field" && one.name == field; });
  };
  std::vector<std::string> out;
  if (is_derived("service") || name == service::default_manifest("").service) out.emplace_back("service");
  if (is_derived("owner") || owner == service::ServiceManifest().owner) out.emplace_back("owner");
  return out;
}

}  // namespace

std::vector<ManifestDerived> list_derived(const flavour::Service& service, bool version_given) {
  const service::ServiceManifest& m = service.manifest;
  std::vector<ManifestDerived> out;
  const auto add = [&](bool given, std::string name, std::string value) {
    if (!given) out.push_back({.kind = "field", .name = std::move(name), .value = std::move(value)});
  };
  add(m.service_given, "service", m.service);
  add(m.owner_given, "owner", m.owner);
  add(m.domain_given, "domain", m.domain);
  add(version_given || !m.version.empty(), "version", "0.0.0");
  add(!m.flavour.empty(), "flavour", "adf_databricks");
  add(m.adf_root.has_value(), "adf.root", service.factory.root.empty() ? "." : service.factory.root);
  const service::DerivedDatasets datasets = service::undeclared_datasets(service.factory, m);
  add_datasets(service, "produces", datasets.produces, out);
  add_datasets(service, "consumes", datasets.consumes, out);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> missing_identity(const artifact::Manifest& manifest) {
  return missing(manifest.name, manifest.owner, manifest.derived);
}

void note_missing_identity(const std::vector<ManifestDerived>& derived, const service::ServiceManifest& manifest,
                           Diagnostics& diagnostics) {
  const std::vector<std::string> fields = missing(manifest.service, manifest.owner, derived);
  if (fields.empty()) return;
  diagnostics.note("service.missing-manifest", {.file = manifest.file.empty() ? "tidegate.yaml" : manifest.file},
                   join(fields, " and ") + (manifest.present ? " of the service " : " ") +
                       (fields.size() == 1 ? "is" : "are") + " not written down: the artifact cannot be published",
                   "write service and owner into tidegate.yaml; `tidegate init --service NAME --owner TEAM` makes one");
}

}  // namespace tidegate

// SPDX-License-Identifier: Apache-2.0
// Environment values inside Data Factory objects -> Terraform variables. With a manifest that has
// bindings those count; without, one variable per known leaf is derived (service.md, section 3.1):
// `<kind>_<object>_<property>`, values for `derived.tfvars.json` beside the artifact.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

struct BoundSpan {        // literal occurrence inside a longer string
  std::size_t begin = 0;  // byte offsets in the decoded string
  std::size_t size = 0;
  std::string variable{};
};

struct BoundLeaf {
  std::size_t object = 0;  // index into Factory::objects
  document::Node node{};
  std::string whole{};             // variable that replaces the whole leaf (type kept); or
  std::vector<BoundSpan> spans{};  // sorted, disjoint
  std::string rule{};              // "binding.path", "binding.literal", "binding.derived"
};

struct EnvironmentVariable {  // one entry of contract/environment.json
  std::string name{};
  std::string type = "string";
  bool required = true;
  bool sensitive = false;
  std::string description{};
  std::string example{};  // made up; matches no real environment
  std::string source{};   // "linkedService/ls_adb#/properties/typeProperties/domain"
  bool declared = false;  // by the service's own Terraform: nothing is generated for it
};

struct DerivedValue {  // for derived.tfvars.json: never inside the artifact
  std::string variable{};
  std::string json{};  // JSON text of the value
};

struct Bindings {
  std::vector<BoundLeaf> leaves{};               // sorted by (object, node index)
  std::vector<EnvironmentVariable> variables{};  // sorted by name
  std::vector<DerivedValue> derived{};
};

// Codes: service.binding-unused (W), service.binding-overlap (E), service.binding-derived (N).
Bindings bind_environment(const adf::Factory& factory, const ServiceManifest& manifest,
                          Diagnostics& diagnostics);

// The leaves of object `index` of the factory, in the order of its text.
std::span<const BoundLeaf> leaves_of(const Bindings& bindings, std::size_t index);

// The one of `leaves`, all of one object, that is `node`; null: it is not bound.
const BoundLeaf* find_leaf(std::span<const BoundLeaf> leaves, const document::Node& node);

struct WorkspaceNeeds {  // what notebooks and clusters expect of a Databricks workspace
  std::vector<std::string> runtimes{};
  std::vector<std::string> secret_scopes{};
  std::vector<std::string> mounts{};  // "/mnt/raw"; "dbfs:/" is the DBFS root
  bool allowlist = false;             // libraries lie in a volume: shared clusters load them only if it is allowed
};

// contract/environment.json (service.md, section 6): keys in the documented order, newline at end.
std::string render_environment(const std::string& service, const Bindings& bindings,
                               const adf::Factory& factory, const WorkspaceNeeds& needs);

// derived.tfvars.json.
std::string render_derived(const Bindings& bindings);

}  // namespace tidegate::service

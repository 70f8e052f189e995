// SPDX-License-Identifier: Apache-2.0
// tidegate.yaml: who owns the service, what it produces and consumes, which values belong to the
// environment (docs/formats/tidegate.yaml.md, JSON Schema beside it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "document/node.hpp"

namespace tidegate::service {

struct Binding {              // an environment value -> a Terraform variable
  std::string variable{};
  std::string type = "string";
  std::string description{};
  bool sensitive = false;
  std::string literal{};      // wherever it occurs in an ADF string; or
  std::string path{};         // "<folder>/<object or *>#<JSON pointer>", the whole leaf
  Location where{};           // in tidegate.yaml
};

struct OwnVariable {          // declared in the service's own Terraform
  std::string variable{};
  std::string example{};      // a value for rehearsals, made up
  Location where{};
};

struct Produced {
  std::string dataset{};
  std::string adf{};          // the ADF dataset that carries it
  std::string format{};       // delta, parquet, csv, json, avro, table
  std::string mode{};         // append, merge, overwrite
  std::string linked_service{};
  std::string path{};
  std::string schema{};       // file with a Spark StructType
  std::string retention{};
  bool shared = false;
  Location where{};
};

struct Consumed {
  std::string dataset{};
  std::string adf{};
  std::string from{};         // a service, or "external"
  bool append_only = false;
  std::string contract{};
  Location where{};
};

struct SeveritySetting {     // checks.severity: one code
  std::string code{};
  std::string level{};       // error, warning, note, off
  Location where{};
};

struct AcceptedFinding {     // checks.accept: findings that do not count
  std::string code{};
  std::string path{};        // glob over files of the repository
  std::string reason{};
  std::string owner{};
  std::string expires{};     // YYYY-MM-DD, the last day
  Location where{};
};

struct FilePattern {          // build.include, build.exclude: as a line of .gitignore
  std::string text{};
  Location where{};
};

struct ServiceManifest {
  bool present = false;       // there is a tidegate.yaml
  std::string file{};
  std::string service{};      // default: folder name, made a legal name
  std::string owner = "unowned";
  std::string domain = "default";
  std::string version{};      // empty: not written down
  std::string flavour{};
  std::string repository{};   // address, the same for every clone; empty: not written down
  std::optional<std::string> adf_root{};
  std::vector<std::string> external{};        // ADF object names owned elsewhere
  std::string notebooks{};
  std::vector<std::string> workspace_roots{};
  std::string pom{};
  std::string jars{};
  std::vector<std::string> repositories{};
  std::string config = "config";
  bool service_given = false, owner_given = false, domain_given = false;  // the keys are there
  bool produces_given = false;  // the key is there; else outputs are those observed
  bool consumes_given = false;  // the key is there; else inputs are those observed
  bool bindings_given = false;  // the key is there; else bindings are derived
  std::vector<Produced> produces{};
  std::vector<Consumed> consumes{};
  std::vector<Binding> bindings{};
  std::vector<OwnVariable> variables{};
  std::string placement_factory = "shared";   // shared, own
  std::string placement_notebooks{};          // workspace root; empty: variable workspace_root
  std::string placement_jars = "volume";      // volume, workspace
  std::string volume_catalog{}, volume_schema{}, volume_name{};
  int retain = 0;
  std::vector<std::string> protect_types{}, protect_addresses{};
  std::vector<FilePattern> include{}, exclude{};  // the last one that fits decides; exclude wins
  bool warnings_as_errors = false;
  std::vector<SeveritySetting> severities{};
  std::vector<AcceptedFinding> accepted{};
};

// Defaults for a repository without tidegate.yaml. `folder` becomes the service name: lower case,
// other characters become '-', cut to 41 characters.
ServiceManifest default_manifest(std::string_view folder);

// Unknown fields are errors with the nearest name; so are wrong types, illegal names, two owners.
// Codes: service.manifest-invalid, service.many-owners. Reports all findings, returns what it could
// read.
ServiceManifest read_manifest(const document::DocumentPtr& document, std::string_view folder,
                              Diagnostics& diagnostics);

}  // namespace tidegate::service

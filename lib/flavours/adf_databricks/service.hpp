// SPDX-License-Identifier: Apache-2.0
// The ADF + Databricks flavour: what a repository holds, as read and linked, and how it becomes
// Terraform. The pass list is build/command.cpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "databricks/notebook.hpp"
#include "graph/graph.hpp"
#include "repository/inventory.hpp"
#include "service/binding.hpp"
#include "service/composition.hpp"
#include "service/contract.hpp"
#include "service/manifest.hpp"
#include "spark/identity.hpp"
#include "spark/jar.hpp"
#include "system/file_tree.hpp"
#include "terraform/blocks.hpp"
#include "terraform/check.hpp"
#include "terraform/declared.hpp"
#include "terraform/value.hpp"

namespace tidegate::flavours::adf_databricks {

// A library, notebook or file that an activity names, and what it is in the repository.
struct FileLink {
  std::size_t object = 0;  // index into Factory::objects
  document::Node node{};   // the string, or the Expression object in its place
  enum class Target : std::uint8_t { notebook, jar, file } target = Target::notebook;
  std::size_t index = 0;  // into notebooks, jars, or files
};

struct Library {        // installed from a registry when a cluster starts; not packed
  std::string kind{};  // maven, pypi, cran
  std::string text{};  // coordinates, or the package as written
  std::string file{};  // that names it
};

struct PackedPath {      // a file that Terraform uploads
  std::string path{};    // in the repository
  std::string digest{};  // sha256 hex of its bytes
  std::uint64_t size = 0;
  bool in_submodule = false;
};

struct ReadFile {         // packed because another file reads it
  std::string path{};     // in the repository
  Location where{};       // that names it first
};

struct MemberSecret {   // a text inside an archive that looks like a secret
  Location where{};     // file "libs/app.jar!conf/app.properties"
  std::string kind{};   // "storage account key"
};
using ArchiveSecrets = std::map<std::string, std::vector<MemberSecret>, std::less<>>;  // by archive; all that were searched

struct Releases {           // 16 hex digits over paths and bytes of all files that lie together
  std::string workspace{};  // notebooks, config and Python files, wheels
  std::string jars{};
};

struct Placement {           // where Terraform puts a file, and under which address
  std::string type{};        // databricks_notebook, …
  std::string name{};        // of the resource
  terraform::Value path{};   // "${var.workspace_root}/<service>/<digest16>/<path>"
  std::string packed{};      // in the artifact: files/notebooks/…
  std::string origin{};      // in the repository

  std::string address() const { return type + "." + name; }
};

struct Placements {  // parallel to notebooks, jar_files and config_files
  std::vector<Placement> notebooks{};
  std::vector<Placement> jars{};
  std::vector<Placement> files{};
};

// An upload of the release before that stays for runs in flight (retain.hpp).
struct Retained {
  std::string type{};      // databricks_notebook, …
  std::string name{};      // of the resource; ends in the digest of its release
  std::string variable{};  // in front of the path: workspace_root, volume_path, or none
  std::string path{};      // what follows it
  std::string argument{};  // language or format of a notebook
  std::string value{};
  std::string packed{};    // in this artifact
  std::string before{};    // in the artifact before
  std::string digest{};    // sha256 hex of its bytes
  std::function<Status(const std::function<Status(std::string_view)>&)> stream{};
};

struct Moved {  // an object in the state that gets another address
  std::string from{};
  std::string to{};
};

struct Service {
  service::ServiceManifest manifest{};
  adf::Factory factory{};
  std::vector<databricks::Notebook> notebooks{};
  std::vector<PackedPath> notebook_files{};  // parallel to notebooks
  // Notebooks whose absolute %run paths became relative: index -> new bytes.
  std::map<std::size_t, std::string> rewritten_notebooks{};
  std::vector<spark::Jar> jars{};
  std::vector<PackedPath> jar_files{};  // parallel to jars
  std::vector<spark::JarIdentities> jar_identities{};  // parallel to jars
  ArchiveSecrets archive_secrets{};
  std::set<std::string, std::less<>>
      searched{};                       // files in which values of an environment were looked for
  std::vector<Library> libraries{};     // named by activities, literal ones
  std::vector<spark::Pom> poms{};
  std::vector<std::string> plain_sources{};  // .py .scala .sql .r without the header of a notebook
  std::vector<PackedPath> config_files{};    // config and Python files, wheels; then the stand-ins
  std::map<std::size_t, std::string>
      stand_ins{};  // root_imports.hpp: index into config_files -> bytes
  std::map<std::string, databricks::Notebook> modules{};  // Python files that are no notebooks, by path
  Releases releases{};                     // place.hpp
  Placements placements{};                 // place.hpp
  std::vector<Retained> retained{};        // sorted by type and name
  std::vector<Moved> moved{};              // sorted
  std::vector<FileLink> links{};           // sorted by object
  service::SchemaFiles schemas{};          // of produces[].schema
  std::vector<service::ForeignContract> foreign{};  // of consumes[].contract
  document::DocumentPtr lock{};            // contract/contract.lock.json; null: none
  service::Bindings bindings{};
  std::vector<terraform::DeclaredVariable> declared{};  // by the service's own Terraform
  std::vector<terraform::DeclaredBlock> blocks{};               // of it, modules included
  std::vector<terraform::WrittenFile> written{};        // the service's own Terraform
  std::vector<terraform::LockedProvider> locked{};      // .terraform.lock.hcl
  std::vector<ReadFile> terraform_files{};              // that it reads; sorted by path
  std::vector<ReadFile> imported_files{};               // Python files, and what imports them first; sorted by path
};

// Reads and links everything the inventory found; of submodules what the service refers to. Findings of all modules go to `diagnostics`; the
// service is complete only if there are no errors.
Service read_service(const system::FileTree& tree, const repository::Inventory& inventory,
                     service::ServiceManifest manifest, Diagnostics& diagnostics);

// Objects, files and contracts, and how they depend on each other.
graph::Graph make_graph(const Service& service);  // refers to its texts

struct Rewrite {
  std::string file{};
  std::string pointer{};
  std::string
      rule{};  // binding.path, binding.literal, binding.derived, link.notebook, link.jar, noise, …
};

struct Upload {  // a file of the artifact that Terraform sends: files/notebooks/…, files/jars/…
  std::string path{};                  // in the artifact
  std::string origin{};                // in the repository
  std::optional<std::string> bytes{};  // when they differ from the repository's (rewritten %run)
};

struct ProducedContract {  // contract/<dataset>.json, rendered
  std::string dataset{};
  std::string json{};
};

struct Mapping {
  terraform::Configuration configuration{};
  std::vector<Rewrite> rewrites{};
  std::vector<Upload> uploads{};              // sorted by path
  std::vector<ProducedContract> contracts{};  // sorted by dataset
};

// The bytes of object `index` for source/adf/ of the artifact, in pieces: as committed, but for
// bound leaves, whose text is replaced by the variable's name (service.md, section 6).
Status write_source(const Service& service, std::size_t index,
                    const std::function<Status(std::string_view)>& sink);

// Service -> Terraform (adf.md, section 9). The configuration keeps the service: objects become
// blocks when their file is written.
Mapping map_service(std::shared_ptr<const Service> service, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks

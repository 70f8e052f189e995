// SPDX-License-Identifier: Apache-2.0
// A Data Factory as its git folder describes it: objects (each keeps its document), and every
// reference between them. Nothing is copied out of the JSON; typed views index it.
// Source of shapes and names: the published Data Factory REST types 2018-06-01.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "document/node.hpp"
#include "system/file_tree.hpp"

namespace tidegate::adf {

enum class ObjectKind : std::uint8_t {
  pipeline,
  dataset,
  linked_service,
  data_flow,
  trigger,
  integration_runtime,
  credential,
  factory,
  managed_virtual_network,
  managed_private_endpoint,
  synapse,  // notebook, sqlscript, sparkJobDefinition, bigDataPool, sqlPool of a Synapse workspace
};

std::string_view to_string(ObjectKind kind);     // "pipeline", "linked service", …
std::string_view folder_of(ObjectKind kind);     // "pipeline", "linkedService", …
std::string_view address_kind(ObjectKind kind);  // Terraform address prefix: "linked_service", …

struct Object {
  ObjectKind kind = ObjectKind::pipeline;
  std::string name{};  // the `name` member; the file stem where that is missing
  std::string file{};  // path in the tree
  document::DocumentPtr document{};
  std::string network{};  // managed private endpoint: its virtual network

  document::Node root() const { return document->root(); }
  document::Node properties() const { return document->root()["properties"]; }
};

// What the service writes into the objects that it exports, outside of their properties: `id`, `etag`, `systemData`,
// and of a factory the ids of its identity; if the factory is somebody else's, all of the identity. They name one
// environment and are never sent. In the order of the text.
enum class FactoryOwner : bool { service, another };
std::vector<document::Node> written_by_service(const Object& object, FactoryOwner owner);

// One `referenceName` found by the generic walker (adf.md, section 2).
struct Reference {
  document::Node node{};                  // the reference object
  std::string_view name{};                // in the document; empty when dynamic
  std::string_view activity{};            // pipelines: name of the nearest activity around it
  std::uint32_t from = 0;                 // index into Factory::objects
  std::optional<std::uint32_t> target{};  // likewise
  ObjectKind kind = ObjectKind::dataset;
  bool external = false;  // declared external, or a runtime or credential without file
  bool dynamic = false;   // the name is an Expression
};

struct Factory {
  std::string root{};             // folder of the ADF root in the tree, "" at the top
  std::vector<Object> objects{};  // sorted by (kind, file)
  std::vector<Reference> references{};

  // Without case, as the service compares. Nothing if absent.
  const Object* find(ObjectKind kind, std::string_view name) const;
  std::optional<std::size_t> find_index(ObjectKind kind, std::string_view name) const;
  // Objects of other objects that `index` needs first: sorted, without duplicates.
  std::vector<std::size_t> dependencies_of(std::size_t index) const;

  std::map<std::pair<ObjectKind, std::string>, std::size_t> index_{};  // key: kind, lower-case name
};

struct FactoryFile {  // what the inventory found: path and lower-case name of its kind folder
  std::string path{};
  std::string kind_folder{};
};

// Reads the given files. A file that is broken is reported (adf.invalid-json, adf.duplicate-key,
// adf.name-collision, adf.not-an-object) and left out. Names that start with `~` are skipped.
Factory read_factory(const system::FileTree& tree, std::string_view root,
                     const std::vector<FactoryFile>& files, Diagnostics& diagnostics);

// Fills Factory::references with targets. `external`: object names owned elsewhere. Reports
// adf.unresolved-reference, adf.dynamic-reference, adf.case-differs, adf.unknown-value.
void resolve_references(Factory& factory, const std::set<std::string>& external,
                        Diagnostics& diagnostics);

// All other checks of this module, in the order of the list in check.cpp.
void check_factory(const Factory& factory, Diagnostics& diagnostics);

}  // namespace tidegate::adf

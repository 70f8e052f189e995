// SPDX-License-Identifier: Apache-2.0
// A service whose repository is a map of texts: read, linked and mapped as a build does it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

using Files = std::map<std::string, std::string>;

struct MemoryService {
  std::shared_ptr<const Service> service{};
  Mapping mapping{};
  Diagnostics diagnostics{};
  std::map<std::string, std::string> terraform{};  // rendered files
  std::map<std::string, document::DocumentPtr> parsed{};

  // `<severity> <file:line:col> <code>` a line, sorted by place; codes in `without` are left out, and those
  // that say that an object is only a sketch, as they are in these tests, or what a mapping changes.
  std::string findings(const std::set<std::string>& without = {}) const {
    static const std::set<std::string> sketchy{"adf.missing-property", "adf.no-activities", "adf.unknown-property", "adf.unused-object",
                                               "adf.unused-parameter", "adf.trigger-without-pipeline", "adf.rewritten"};
    Diagnostics sorted = diagnostics;
    sorted.sort();
    std::string text;
    for (const Diagnostic& item : sorted.items()) {
      if (without.contains(item.code) || sketchy.contains(item.code)) continue;
      text += std::string(to_string(item.severity)) + " " + to_string(item.where) + " " +
              item.code + "\n";
    }
    return text;
  }

  document::Node node(const std::string& file, std::string_view pointer) const {
    const auto found = parsed.find(file);
    return found == parsed.end() ? document::Node()
                                 : found->second->root().resolve_pointer(pointer);
  }

  // The value there as canonical JSON; "absent" if there is none.
  std::string json(const std::string& file, std::string_view pointer) const {
    const document::Node found = node(file, pointer);
    return found ? document::render_canonical_json(found) : "absent";
  }

  // Names of the resources of a type, in the order of the file.
  std::string names(const std::string& file, std::string_view type) const {
    std::string all;
    for (const document::Node block : node(file, "/resource/" + std::string(type))) {
      all += (all.empty() ? "" : " ") + std::string(block.key());
    }
    return all;
  }

  // `<file>#<pointer> <rule>` a line, in the order of the mapping.
  std::string rewrites() const {
    std::string text;
    for (const Rewrite& rewrite : mapping.rewrites) {
      text += rewrite.file + "#" + rewrite.pointer + " " + rewrite.rule + "\n";
    }
    return text;
  }
};

// `submodules`: folders whose files are those of submodules.
inline MemoryService read_memory(Files files, const std::vector<std::string>& submodules = {}) {
  MemoryService out;
  service::ServiceManifest manifest = service::default_manifest("shop");
  if (const auto found = files.find("tidegate.yaml"); found != files.end()) {
    const auto parsed = document::parse_yaml("tidegate.yaml", found->second);
    if (parsed) {
      manifest = service::read_manifest(*parsed, "shop", out.diagnostics);
    } else {
      out.diagnostics.add(parsed.failure());
    }
  }
  const system::MemoryTree tree(std::move(files));
  const repository::Inventory inventory =
      repository::take_inventory(tree, {.adf_root = manifest.adf_root.value_or(""),
                                        .adf_root_given = manifest.adf_root.has_value(),
                                        .notebooks = manifest.notebooks,
                                        .config = manifest.config,
                                        .submodules = submodules});
  out.service = std::make_shared<const Service>(
      read_service(tree, inventory, std::move(manifest), out.diagnostics));
  out.mapping = map_service(out.service, out.diagnostics);
  out.terraform = terraform::render_configuration(out.mapping.configuration);
  for (const auto& file : out.terraform) {
    const auto parsed = document::parse_json(file.first, file.second);
    if (parsed) {
      out.parsed[file.first] = *parsed;
    } else {
      out.diagnostics.add(parsed.failure());
    }
  }
  return out;
}

inline std::string source_text(const Service& service, std::size_t index) {
  std::string text;
  const Status status = write_source(service, index, [&text](std::string_view piece) -> Status {
    text += piece;
    return Done{};
  });
  return status.ok() ? text : render_diagnostic(status.failure());
}

inline std::string object_text(const std::string& name, const std::string& properties) {
  return "{\"name\": \"" + name + "\", \"properties\": {" + properties + "}}";
}

inline std::string pipeline_text(const std::string& name, const std::string& activities,
                                 const std::string& more = "") {
  return object_text(name, more + "\"activities\": [" + activities + "]");
}

inline std::string notebook_activity(const std::string& path) {
  return "{\"name\": \"run\", \"type\": \"DatabricksNotebook\", \"typeProperties\": "
         "{\"notebookPath\": \"" +
         path + "\"}}";
}

inline std::string reference(const std::string& name, const std::string& type) {
  return "{\"referenceName\": \"" + name + "\", \"type\": \"" + type + "Reference\"}";
}

inline const std::string python_notebook = "# Databricks notebook source\nprint(1)\n";

}  // namespace tidegate::flavours::adf_databricks

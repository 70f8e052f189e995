// SPDX-License-Identifier: Apache-2.0
// A Data Factory of texts, and findings as lines.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "document/parse.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

// Paths are `<kind folder>/<file>`; the folder in lower case says the kind.
inline adf::Factory memory_factory(std::map<std::string, std::string> files,
                                   const std::set<std::string>& external = {}) {
  std::vector<adf::FactoryFile> list;
  for (const auto& file : files) {
    list.push_back({.path = file.first, .kind_folder = file.first.substr(0, file.first.find('/'))});
  }
  const system::MemoryTree tree(std::move(files));
  Diagnostics ignored;
  adf::Factory factory = adf::read_factory(tree, "", list, ignored);
  adf::resolve_references(factory, external, ignored);
  return factory;
}

inline std::string object_text(const std::string& name, const std::string& properties) {
  return "{\"name\": \"" + name + "\", \"properties\": {" + properties + "}}";
}

inline ServiceManifest manifest_of(const std::string& yaml, Diagnostics& diagnostics,
                                   const std::string& folder = "Shop Orders") {
  const auto parsed = document::parse_yaml("tidegate.yaml", yaml);
  if (parsed) return read_manifest(*parsed, folder, diagnostics);
  diagnostics.add(parsed.failure());
  return default_manifest(folder);
}

// Each finding as a user sees it, one after the other, sorted by place.
inline std::string rendered(Diagnostics diagnostics) {
  diagnostics.sort();
  std::string text;
  for (const Diagnostic& item : diagnostics.items()) text += render_diagnostic(item) + "\n";
  return text;
}

}  // namespace tidegate::service

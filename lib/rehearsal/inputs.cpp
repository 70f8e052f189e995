// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/inputs.hpp"

#include <map>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::rehearsal {

std::string render_values(const artifact::Manifest& manifest) {
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object();
  for (const artifact::ManifestParameter& parameter : manifest.parameters) {
    if (!parameter.required) continue;
    writer.key(parameter.name);
    const auto parsed = parameter.type == "string"
                            ? Result<document::DocumentPtr>(Diagnostic{})
                            : document::parse_json(parameter.name, parameter.example);
    if (parsed) {
      writer.node((*parsed)->root());
    } else {
      writer.string(parameter.example);
    }
  }
  writer.end_object();
  return out + "\n";
}

std::vector<OverrideFile> unguarded_overrides(std::span<const GuardedResource> guarded) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> by_folder;
  for (const GuardedResource& one : guarded) by_folder[one.folder][one.type].insert(one.name);
  std::vector<OverrideFile> files;
  for (const auto& folder : by_folder) {
    std::string text;
    document::JsonWriter writer(text);
    writer.begin_object().key("resource").begin_object();
    for (const auto& type : folder.second) {
      writer.key(type.first).begin_object();
      for (const std::string& name : type.second) {
        writer.key(name).begin_object().key("lifecycle").begin_object();
        writer.member_boolean("prevent_destroy", false).end_object().end_object();
      }
      writer.end_object();
    }
    writer.end_object().end_object();
    files.push_back(
        {.path = join_path(folder.first, unguarded_override_name), .text = text + "\n"});
  }
  return files;
}

}  // namespace tidegate::rehearsal

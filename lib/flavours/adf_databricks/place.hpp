// SPDX-License-Identifier: Apache-2.0
// Where Terraform puts notebooks, jars and files, and under which address (adf.md, section 9). The
// path holds a digest: one over everything that lies in the workspace, which keeps the layout of
// the repository, so that relative %run paths and imports stay true; one over the jars. A release
// is switched to at once, and running jobs keep what they started with.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "flavours/adf_databricks/service.hpp"
#include "terraform/value.hpp"

namespace tidegate::flavours::adf_databricks {

bool jars_in_volume(const Service& service);

// "<root>/<service>" in the workspace, below which all its releases lie.
terraform::Value folder_of_service(const Service& service);

// Fills Service::releases and Service::placements from notebooks, jar_files and config_files. Code
// databricks.path-collision (E): two of them would have one path in the workspace, or one lies in a
// folder that is called like a notebook.
void find_places(Service& service, Diagnostics& diagnostics);
const std::string& release_of(const Service& service, FileLink::Target target);

inline constexpr std::size_t release_size = 16;  // hex digits of a release

struct UploadKind {
  FileLink::Target target = FileLink::Target::notebook;
  const char* folder = "";          // in the artifact
  const char* terraform_file = "";  // below terraform/
};
inline constexpr std::array<UploadKind, 3> upload_kinds{{
    {FileLink::Target::notebook, "files/notebooks/", "notebooks.tf.json"},
    {FileLink::Target::jar, "files/jars/", "libraries.tf.json"},
    {FileLink::Target::file, "files/config/", "files.tf.json"}}};
const UploadKind& upload_kind(FileLink::Target target);

// `index`: as FileLink::index. Made by find_places.
const Placement& place_of(const Service& service, FileLink::Target target, std::size_t index);

// What an activity has in place of the path that it names.
terraform::Value linked_value(const Service& service, const FileLink& link);

// The same for people: "${var.workspace_root}/shop/0123456789abcdef/notebooks/load".
std::string linked_text(const Service& service, const FileLink& link);

}  // namespace tidegate::flavours::adf_databricks

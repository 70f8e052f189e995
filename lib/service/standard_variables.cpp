// SPDX-License-Identifier: Apache-2.0
#include "service/standard_variables.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tidegate::service {

namespace {

EnvironmentVariable data_factory_id() {
  return {.name = "data_factory_id",
          .description = "Resource id of the data factory that the service is deployed to",
          .example =
              "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/example/"
              "providers/Microsoft.DataFactory/factories/example"};
}

EnvironmentVariable triggers_started() {
  return {.name = "triggers_started",
          .type = "bool",
          .required = false,
          .description = "Start the triggers after the deployment",
          .example = "false"};
}

EnvironmentVariable volume_path() {
  return {.name = "volume_path",
          .description = "Unity Catalog volume for Spark libraries, without '/' at the end",
          .example = "/Volumes/example/example/libraries"};
}

EnvironmentVariable workspace_root() {
  return {
      .name = "workspace_root",
      .description = "Databricks workspace folder for notebooks and files, without '/' at the end",
      .example = "/Shared/example"};
}

}  // namespace

std::vector<EnvironmentVariable> standard_variables(const ServiceManifest& manifest,
                                                    const Uploads& uploads) {
  const bool jars_in_volume = uploads.jars && manifest.placement_jars == "volume";
  const bool in_workspace = uploads.notebooks || uploads.files || (uploads.jars && !jars_in_volume);
  std::vector<EnvironmentVariable> list{data_factory_id(), triggers_started()};
  if (jars_in_volume && manifest.volume_name.empty()) list.push_back(volume_path());
  if (in_workspace && manifest.placement_notebooks.empty()) list.push_back(workspace_root());
  return list;
}

void add_standard_variables(Bindings& bindings, const ServiceManifest& manifest,
                            const Uploads& uploads) {
  for (EnvironmentVariable& variable : standard_variables(manifest, uploads)) {
    const auto place = std::lower_bound(
        bindings.variables.begin(), bindings.variables.end(), variable.name,
        [](const EnvironmentVariable& a, const std::string& name) { return a.name < name; });
    if (place != bindings.variables.end() && place->name == variable.name) continue;
    bindings.variables.insert(place, std::move(variable));
  }
}

bool is_standard_variable(std::string_view name) {
  const std::array<std::string_view, 12> names{"data_factory_id",
                                               "runner_group",
                                               "triggers_started",
                                               "volume_path",
                                               "workspace_root",
                                               "data_factory_name",
                                               "data_factory_resource_group",
                                               "data_factory_location",
                                               "data_factory_identity_ids",
                                               "data_factory_key_id",
                                               "data_factory_key_identity_id",
                                               "data_factory_purview_id"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace tidegate::service

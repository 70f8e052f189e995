// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/access.hpp"

#include <algorithm>

#include "flavours/adf_databricks/own.hpp"
#include "flavours/adf_databricks/place.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using terraform::Block;
using terraform::Expression;
using terraform::Members;
using terraform::Value;

constexpr std::string_view libraries_name = "libraries";  // of schema and volume

Expression group() { return Expression{std::string("var.") + runner_group}; }

Expression if_there_is_a_group() {
  return Expression{std::string("var.") + runner_group + " == \"\" ? 0 : 1"};
}

// What lies in the folder of the service: it comes into being with the first upload.
const Placement* first_in_folder(const Service& service) {
  const Placements& all = service.placements;
  if (!all.notebooks.empty()) return &all.notebooks.front();
  if (!all.files.empty()) return &all.files.front();
  return !all.jars.empty() && !jars_in_volume(service) ? &all.jars.front() : nullptr;
}

Block grants(const std::string& name, const char* securable, const std::string& target, std::vector<std::string> privileges) {
  Value::List list;
  for (std::string& one : privileges) list.emplace_back(std::move(one));
  Block block{.type = "databricks_grants", .name = name};
  block.body = {{"count", if_there_is_a_group()},
                {securable, Expression{"databricks_" + std::string(securable) + "." + target + ".id"}},
                {"grant", Value::List{Value(Members{{"principal", group()}, {"privileges", std::move(list)}})}}};
  return block;
}

}  // namespace

std::vector<Block> map_access(const Service& service) {
  std::vector<Block> blocks;
  if (const Placement* first = first_in_folder(service)) {
    Block block{.type = "databricks_permissions", .name = "folder"};
    block.body = {{"count", if_there_is_a_group()},
                  {"directory_path", folder_of_service(service)},
                  {"access_control",
                   Value::List{Value(Members{{"group_name", group()}, {"permission_level", "CAN_RUN"}})}}};
    block.depends_on = {first->address()};
    blocks.push_back(std::move(block));
  }
  for (const OwnSchema& one : own_schemas(service)) {
    const bool libraries = one.name == libraries_name;
    std::vector<std::string> privileges{"USE_SCHEMA"};
    if (one.tables) privileges = {"CREATE_TABLE", "MODIFY", "SELECT", "USE_SCHEMA"};
    blocks.push_back(grants(libraries ? "libraries_schema" : one.name, "schema", one.name, std::move(privileges)));
  }
  for (const OwnVolume& one : own_volumes(service)) {
    std::vector<std::string> privileges{"READ_VOLUME"};
    if (!one.libraries) privileges.emplace_back("WRITE_VOLUME");
    blocks.push_back(grants(one.libraries ? "libraries_volume" : one.name, "volume", one.name, std::move(privileges)));
  }
  return blocks;
}

std::vector<std::string> rights_addresses(const Service& service) {
  std::vector<std::string> all;
  for (const Block& one : map_access(service)) all.push_back(one.type + "." + one.name);
  for (const OwnContainer& one : own_containers(service)) all.push_back("azurerm_role_assignment." + one.name);
  return all;
}

void add_access_variable(Service& service) {
  if (first_in_folder(service) == nullptr && own_volumes(service).empty() && own_schemas(service).empty()) return;
  std::vector<service::EnvironmentVariable>& all = service.bindings.variables;
  const auto place = std::ranges::lower_bound(all, runner_group, {}, &service::EnvironmentVariable::name);
  if (place != all.end() && place->name == runner_group) return;
  all.insert(place, {.name = runner_group,
                     .required = false,
                     .description = "Databricks group that may run the notebooks of this service and load its libraries; "
                                    "empty: rights are given elsewhere",
                     .example = "example-runners"});
}

}  // namespace tidegate::flavours::adf_databricks

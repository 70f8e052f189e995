// SPDX-License-Identifier: Apache-2.0
// placement.factory: own. The service has a factory, and the storage of what it produces, for itself.
// Runtimes, credentials and private endpoints are mapped as the other objects: through azapi, whole
// (docs/decisions/0025-own-factory.md).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

inline constexpr char own_factory_address[] = "azurerm_data_factory.factory";

bool has_own_factory(const Service& service);

// The factory, and a container or schema for each that the service produces into, unless its own Terraform
// declares one of that name; schema and volume of placement.volume. All with prevent_destroy.
std::vector<terraform::Block> map_own(const Service& service);

// Linked services that have such a container: variable `<name>_storage_account_id` each.
struct OwnContainer {
  std::string linked_service{};
  std::string variable{};
  std::string container{};
};
std::vector<OwnContainer> own_containers(const Service& service);

// Schemas of Databricks that tables of `produces` lie in, of a service with a factory of its own: where the linked
// service is an AzureDatabricksDeltaLake and the path is schema/table or catalog/schema/table. Without catalog in
// the path variable `<linked service>_catalog`.
struct OwnSchema {
  std::string linked_service{};
  std::string variable{};  // empty: `catalog` is given
  std::string catalog{};
  std::string schema{};

  std::string name() const;  // of the resource
};
std::vector<OwnSchema> own_schemas(const Service& service);

// Of its own factory: schema and volume for the jars, where tidegate.yaml names them.
bool owns_volume(const Service& service);

// domain, owner, service: whose costs it counts to.
std::map<std::string, std::string> tags_of(const Service& service);

// What of the file of an own factory and of its network does not reach the cloud: code
// terraform.azurerm-loss (W).
void check_own(const Service& service, Diagnostics& diagnostics);

// Adds the variables that map_own needs to Service::bindings.
void add_own_variables(Service& service);

}  // namespace tidegate::flavours::adf_databricks

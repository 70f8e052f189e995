// SPDX-License-Identifier: Apache-2.0
// The storage that a service has for itself: no other service writes it, its own Terraform does not declare it, and
// destroying it would lose data. Of a factory of its own: the containers and schemas that `produces` names. The volume
// of placement.volume whatever the factory is.
#pragma once

#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

bool has_own_factory(const Service& service);

struct OwnContainer {  // of a linked service AzureBlobFS, AzureBlobStorage or AzureDataLakeStoreGen2
  std::string linked_service{};
  std::string variable{};  // "<linked service>_storage_account_id"
  std::string container{};
  std::string name{};      // of the resource

  std::string address() const { return "azurerm_storage_container." + name; }
};
std::vector<OwnContainer> own_containers(const Service& service);

// Of tables: linked service AzureDatabricksDeltaLake, path schema/table or catalog/schema/table; without catalog in the
// path variable `<linked service>_catalog`. Of volumes: that they lie in.
struct OwnSchema {
  std::string linked_service{};  // empty: of placement.volume
  std::string variable{};        // empty: `catalog` is given
  std::string catalog{};
  std::string schema{};
  std::string name{};            // of the resource
  bool tables = false;           // tables that the service produces lie in it
};
std::vector<OwnSchema> own_schemas(const Service& service);

// placement.volume, where jars go into it; of an own factory also those of produced paths Volumes/catalog/schema/volume.
struct OwnVolume {
  std::string catalog{};
  std::string schema{};
  std::string volume{};
  std::string schema_name{};  // of the resource; empty: the schema is another service's
  std::string name{};         // of the resource
  bool libraries = false;     // the jars of the service lie in it
};
std::vector<OwnVolume> own_volumes(const Service& service);

// The volume that jars go to is the service's own.
bool owns_library_volume(const Service& service);

// Terraform addresses that lose data when they are destroyed: the above, the factory, and what the service's own
// Terraform declares under the names that `produces` and placement.volume give. Sorted.
std::vector<std::string> protected_addresses(const Service& service);

}  // namespace tidegate::flavours::adf_databricks

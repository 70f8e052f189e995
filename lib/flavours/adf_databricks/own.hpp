// SPDX-License-Identifier: Apache-2.0
// What a service has for itself, as Terraform: with placement.factory own a factory and the storage of what it produces
// (own_storage.hpp), with placement.volume a volume. Runtimes, credentials and private endpoints are mapped as the other
// objects: through azapi, whole (docs/decisions/0025-own-factory.md, 0045-own-storage.md).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "flavours/adf_databricks/own_storage.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

inline constexpr char own_factory_address[] = "azurerm_data_factory.factory";

// The factory, and what own_storage.hpp lists; all with prevent_destroy. Empty if there is nothing.
std::vector<terraform::Block> map_own(const Service& service);

// domain, owner, service: whose costs it counts to.
std::map<std::string, std::string> tags_of(const Service& service);

// What find_unsent (own_factory.hpp) finds: code terraform.azurerm-loss (W).
void check_own(const Service& service, Diagnostics& diagnostics);

// Adds the variables that map_own needs to Service::bindings.
void add_own_variables(Service& service);

}  // namespace tidegate::flavours::adf_databricks

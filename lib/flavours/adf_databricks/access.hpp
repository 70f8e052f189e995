// SPDX-License-Identifier: Apache-2.0
// Who may run what the service has in Databricks: one group, whose name the environment gives
// (docs/decisions/0036-access.md).
#pragma once

#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Its members are the identity that starts the jobs, and people on duty. Empty: nothing is granted.
inline constexpr char runner_group[] = "runner_group";

// databricks_permissions of the workspace folder <root>/<service>, where something is uploaded to it;
// databricks_grants of schemas and volume, where they are the service's own.
std::vector<terraform::Block> map_access(const Service& service);

// Addresses of all rights, those of an own factory to its containers included: triggers start after them.
std::vector<std::string> rights_addresses(const Service& service);

// Adds the variable that map_access needs to Service::bindings.
void add_access_variable(Service& service);

}  // namespace tidegate::flavours::adf_databricks

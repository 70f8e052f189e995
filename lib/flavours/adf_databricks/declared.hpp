// SPDX-License-Identifier: Apache-2.0
// Variables that the service's own Terraform declares become part of its environment contract.
#pragma once

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Service::declared -> Service::bindings. Code terraform.duplicate-variable: declared twice, or also
// generated. Code service.manifest-invalid: an example for a variable that nobody declares.
void add_declared_variables(Service& service, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks

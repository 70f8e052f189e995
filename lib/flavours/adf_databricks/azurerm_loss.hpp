// SPDX-License-Identifier: Apache-2.0
// What the typed resources of azurerm (azurerm_data_factory_pipeline and its neighbours) would lose of
// the objects of this service (adf.md, section 10).
#pragma once

#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Code terraform.azurerm-loss: E, with exit `unsupported`, at each value that would be lost or would
// make the resource fail. Answers whether there is one.
bool check_azurerm_loss(const Service& service, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks

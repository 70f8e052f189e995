// SPDX-License-Identifier: Apache-2.0
// What azurerm's resources for runtimes, credentials and managed private endpoints have an argument for.
// Source: the schemas of hashicorp/azurerm 4.73.0 and 5.2.0, and its internal/services/datafactory, which
// says what each argument is sent as.
#pragma once

#include <functional>
#include <string_view>

#include "adf/factory.hpp"

namespace tidegate::flavours::adf_databricks {

// Gives every value of the object that azurerm would not send, and what is the matter with it. Nothing for
// objects of other kinds.
void find_untyped(const adf::Object& object,
                  const std::function<void(const document::Node& value, std::string_view what, std::string_view resource)>& take);

}  // namespace tidegate::flavours::adf_databricks

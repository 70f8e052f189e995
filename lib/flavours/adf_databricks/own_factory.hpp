// SPDX-License-Identifier: Apache-2.0
// The file of a factory that is the service's own: azurerm_data_factory, and what of the file
// belongs to one environment. Source of the arguments: provider azurerm 4 and 5, data_factory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "flavours/adf_databricks/service.hpp"
#include "terraform/value.hpp"

namespace tidegate::flavours::adf_databricks {

// With prevent_destroy. Bindings reach everything that is sent.
terraform::Block map_factory(const Service& service);

// The file names resources of one environment: identities, the key, the catalogue. Where
// tidegate.yaml binds none of it, variables of fixed names stand there (rule binding.derived).
void bind_factory(Service& service);

// All variables of map_factory that no binding declares.
std::vector<service::EnvironmentVariable> factory_variables(const Service& service);

// Tags of the file that go along: strings, and none of the service's own.
std::vector<document::Node> sent_tags(const Service& service);

service::EnvironmentVariable required_variable(std::string name, std::string description,
                                               std::string example);

// What of the file of an own factory and of its network does not reach the cloud, since the
// resource has no argument for it: the member, and what it is to people.
void find_unsent(
    const Service& service,
    const std::function<void(const document::Node& member, const std::string& what)>& take);

}  // namespace tidegate::flavours::adf_databricks

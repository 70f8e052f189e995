// SPDX-License-Identifier: Apache-2.0
// One provider in the JSON of `terraform providers schema -json`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/node.hpp"
#include "sandbox/schema.hpp"

namespace tidegate::sandbox {

struct ProviderSchema {
  std::string address{};  // "hashicorp/azurerm": the default registry host left out
  Schema provider{};
  std::map<std::string, Schema, std::less<>> resources{}, data_sources{}, ephemerals{};
  std::map<std::string, Function, std::less<>> functions{};
};

// Of the provider `address`; of the only one, if `address` is empty. Descriptions are not read.
// Code sandbox.bad-schema with the place: no such provider, several, an unknown type or nesting.
Result<ProviderSchema> read_provider_schema(const document::Document& json,
                                            std::string_view address);

// The same in JSON, sorted, one provider; format version 1.0.
std::string render_provider_schema(const ProviderSchema& schema);

}  // namespace tidegate::sandbox

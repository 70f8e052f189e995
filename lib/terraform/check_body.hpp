// SPDX-License-Identifier: Apache-2.0
// One body (of a resource, a data source, a provider) against the schema of its type.
#pragma once

#include <string>

#include "base/diagnostic.hpp"
#include "catalogue/schema.hpp"
#include "terraform/written.hpp"

namespace tidegate::terraform {

struct BodyContext {
  std::string subject{};   // "resource azurerm_storage_container.orders"
  std::string release{};   // "hashicorp/azurerm 5.2.0"
  Severity severity = Severity::error;
  bool is_provider = false;  // arguments may come from the environment
};

// Codes terraform.unknown-argument, terraform.missing-argument, terraform.read-only-argument,
// terraform.wrong-value. Meta-arguments are left to Terraform.
void check_body(const Written& body, const catalogue::SchemaBlock& schema,
                const BodyContext& context, Diagnostics& diagnostics);

}  // namespace tidegate::terraform

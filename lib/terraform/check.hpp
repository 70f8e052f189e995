// SPDX-License-Identifier: Apache-2.0
// The root module, generated and hand-written, against the schemas of its providers and against
// itself: what `terraform validate` would say of types, arguments, kinds of values and references,
// without Terraform and with a place in the file.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "terraform/value.hpp"
#include "terraform/written.hpp"

namespace tidegate::terraform {

struct LockedProvider {  // of .terraform.lock.hcl
  std::string source{};  // "hashicorp/azurerm"
  std::string version{};
};

// Codes terraform.invalid-hcl.
Result<std::vector<LockedProvider>> parse_lock_file(const std::string& file, std::string_view text);

// Codes: terraform.unknown-type, terraform.unknown-argument, terraform.missing-argument,
// terraform.read-only-argument, terraform.wrong-value, terraform.unresolved-reference,
// terraform.duplicate-address, terraform.unknown-provider; terraform.no-schema (N). What is wrong
// under an older admitted line of a provider only, is a warning.
void check_configuration(const Configuration& generated, const std::vector<WrittenFile>& written,
                         const std::vector<LockedProvider>& locked, Diagnostics& diagnostics);

}  // namespace tidegate::terraform

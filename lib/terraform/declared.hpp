// SPDX-License-Identifier: Apache-2.0
// Variables that hand-written Terraform declares, from *.tf (native syntax) and *.tf.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::terraform {

struct DeclaredVariable {
  std::string name{};
  std::string type = "any";   // the constraint as written, on one line
  std::string description{};  // "" when it is no plain text
  bool required = true;       // no default
  bool sensitive = false;
  Location where{};
};

// In the order of the file. Codes terraform.invalid-hcl, document.invalid-json and its neighbours.
Result<std::vector<DeclaredVariable>> parse_variables(const std::string& file,
                                                      std::string_view text);

}  // namespace tidegate::terraform

// SPDX-License-Identifier: Apache-2.0
// The outline of hand-written Terraform: which blocks there are, with their labels and the text of
// their arguments. Expressions stay text; whether they are right is Terraform's to say.
// Source: HCL native syntax specification, "Structural Elements", "Template Expressions".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tidegate::terraform {

struct HclArgument {
  std::string name{};
  std::string text{};  // the expression as written, without comments around it
  Location where{};    // of the name
  Location value{};    // of the first byte of the expression
};

struct HclBlock {
  std::string type{};                 // variable, resource, …
  std::vector<std::string> labels{};  // without quotes
  std::vector<HclArgument> arguments{};
  std::vector<HclBlock> blocks{};
  Location where{};

  const HclArgument* find(std::string_view name) const;
};

// The top of a file: a block without type. Code terraform.invalid-hcl where a bracket, string or
// comment does not end, or something stands where a name is expected.
Result<HclBlock> parse_hcl(const std::string& file, std::string_view text);

}  // namespace tidegate::terraform

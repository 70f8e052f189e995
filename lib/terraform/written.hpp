// SPDX-License-Identifier: Apache-2.0
// Hand-written Terraform as far as a build can tell without running it: what is declared, which
// arguments it has, of what kind their values are, and what the expressions refer to. The same shape
// for native syntax and for JSON. Source: Terraform language, "Syntax", "JSON Configuration Syntax".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tidegate::terraform {

struct WrittenMember;
struct Written {
  enum class Kind : std::uint8_t { unknown, null, boolean, number, text, list, object };
  Kind kind = Kind::unknown;   // unknown: an expression
  std::string text{};          // of a text, number or boolean
  std::vector<Written> items{};
  std::vector<WrittenMember> members;  // no {}: clang 14 wants it complete then
  Location where{};

  const Written* find(std::string_view name) const;  // the first member of the name
};

struct WrittenMember {
  // JSON does not tell the two apart: the schema does.
  enum class Form : std::uint8_t { argument, block, either };
  std::string name{};
  Location where{};
  Form form = Form::either;
  Written value{};
};

struct WrittenReference {  // `azurerm_storage_container.orders.id`
  std::vector<std::string> steps{};  // two or more names; indices are left out
  Location where{};
};

struct Declaration {
  std::string kind{};  // resource, data, ephemeral, provider, variable, local, module, output, …
  std::string type{};  // resource, data, ephemeral: of the provider
  std::string name{};  // provider: its local name
  Written body{};
  Location where{};
};

struct WrittenFile {
  std::vector<Declaration> declarations{};
  std::vector<WrittenReference> references{};
};

// A file of the root module, *.tf or *.tf.json. Codes terraform.invalid-hcl, document.invalid-json
// and its neighbours.
Result<WrittenFile> parse_written(const std::string& file, std::string_view text);

// The value of an expression in native syntax whose first byte is at `where`; adds what it refers to.
Written read_expression(std::string_view text, const Location& where,
                        std::vector<WrittenReference>& references);

// A text of JSON syntax: literal, or templates.
Written read_template(std::string_view text, const Location& where,
                      std::vector<WrittenReference>& references);

}  // namespace tidegate::terraform

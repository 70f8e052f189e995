// SPDX-License-Identifier: Apache-2.0
// The blocks of a Terraform file or test file that say what it needs from outside, in either
// syntax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace tidegate::terraform {

enum class BlockKind : std::uint8_t {
  required_provider,  // name, source, constraint
  provider,           // name, alias; also mock_provider of a test, with its source
  resource,           // also data and ephemeral: type, name, provider
  module,             // source; also that of a run of a test
};

struct DeclaredBlock {
  BlockKind kind = BlockKind::resource;
  std::string type{};
  std::string name{};
  std::string alias{};
  std::string provider{};  // its local name
  std::string source{};
  std::string constraint{};
  bool guarded = false;  // lifecycle.prevent_destroy is written and not false
  std::vector<std::string> provisioners{};
  Location where{};
};

bool is_configuration(std::string_view path);  // *.tf, *.tf.json
bool is_test(std::string_view path);           // *.tftest.hcl, *.tftest.json
// override.tf, *_override.tf, also .json: Terraform merges them into the other files.
// Source: developer.hashicorp.com/terraform/language/files/override.
bool is_override(std::string_view path);

// Adds the blocks of one file; none when it cannot be parsed, which Terraform will report.
void read_blocks(const std::string& file, std::string_view text,
                 std::vector<DeclaredBlock>& blocks);

}  // namespace tidegate::terraform

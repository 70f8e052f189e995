// SPDX-License-Identifier: Apache-2.0
// The real Terraform or OpenTofu as a program.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "system/environment.hpp"
#include "system/foreground.hpp"
#include "system/process.hpp"

namespace tidegate::rehearsal {

struct Engine {
  std::string program{};  // absolute
  std::string name{};     // terraform, opentofu
  std::string version{};
};

// `asked` (a path or a name on PATH), else $TIDEGATE_TERRAFORM, else terraform, tofu on PATH. Code
// rehearsal.terraform-missing (exit 12).
Result<std::string> find_engine_program(const std::string& asked,
                                        const system::Environment& environment);

// What `version` says. Codes rehearsal.terraform-missing when it is no Terraform,
// rehearsal.terraform-too-old: tests need mocked providers, Terraform 1.7 or OpenTofu 1.8 (exit
// 12).
Result<Engine> identify_engine(const std::string& program, const std::string& home,
                               system::Foreground& foreground);
Result<Engine> parse_engine(const std::string& program, std::string_view version_output);
Status check_engine(const Engine& engine);

// The detail of a failure: what was said, without the frame around Terraform's messages, of bounded
// length.
std::string said(const system::ProcessResult& result);

}  // namespace tidegate::rehearsal

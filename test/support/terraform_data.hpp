// SPDX-License-Identifier: Apache-2.0
// Generated configuration without its providers: every resource becomes a `terraform_data`, which
// is built into Terraform, so that the real program checks references, cycles and types and
// evaluates every argument.
#pragma once

#include <string>
#include <vector>

#include "document/node.hpp"

namespace tidegate::test {

// The configuration of `files` (*.tf.json) as one JSON text. Resource `T.N` becomes
// `terraform_data.T__N` with its arguments as `input`; depends_on, lifecycle and count stay what
// they are; references follow.
std::string as_terraform_data(const std::vector<document::DocumentPtr>& files);

}  // namespace tidegate::test

// SPDX-License-Identifier: Apache-2.0
// Text of a checks file -> ChecksFile. A typo is an error with the nearest name; nothing is
// skipped. Codes (exit 13): document.invalid-yaml and its like, gate.check-invalid (fields, values,
// words), gate.check-unknown-name (resource type, attribute), gate.check-unchecked (no schema to
// look into).
#pragma once

#include <string>

#include "base/diagnostic.hpp"
#include "policy/custom/rule.hpp"

namespace tidegate::policy::custom {

// Without errors in `diagnostics` all rules are usable. `file` names it in messages.
ChecksFile parse_checks(const std::string& file, std::string text, Diagnostics& diagnostics);

}  // namespace tidegate::policy::custom

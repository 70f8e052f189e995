// SPDX-License-Identifier: Apache-2.0
// What an exec check reads (`tidegate/changes/1`, redacted) and what it writes (`tidegate/exec/1`).
// See docs/formats/checks.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plan/change.hpp"
#include "policy/custom/rule.hpp"
#include "policy/finding.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

// The input is a header, the changes joined by commas, and a footer.
std::string_view changes_header();
std::string_view changes_footer();
// One change as JSON. Sensitive, unknown and unmasked texts are words in brackets: (sensitive),
// (known after apply), (hidden).
std::string redacted_change(const plan::Change& change, const Settings& settings);

// The answer of a program that ended with `exit_code` (0, or 10 with findings). Code
// gate.exec-failed (exit 13) for anything else: an unknown field, nothing evaluated, another exit
// code.
Result<std::vector<Finding>> parse_exec_answer(const ExecCheck& check, int exit_code,
                                               std::string text);

Diagnostic exec_failure(const ExecCheck& check, std::string message, std::string hint = {});

}  // namespace tidegate::policy::custom

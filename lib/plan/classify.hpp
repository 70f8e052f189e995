// SPDX-License-Identifier: Apache-2.0
// What is the input? (the table in docs/formats/plan.md). Every answer names the right command.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plan/reader.hpp"
#include "plan/sections.hpp"

namespace tidegate::plan {

struct Refusal {
  std::string kind{};  // binary-plan, hcl, text, wrapper, empty, not-an-object
  Diagnostic diagnostic{};
};

// From the first bytes (white space before them removed) of something that is not a JSON object.
std::optional<Refusal> classify_head(const std::string& file, std::string_view head);

// From the place where the JSON grammar was left.
Refusal classify_failure(const std::string& file, const SplitFailure& failure, const Outline& outline);

// From the sections of a valid document: fills kind, coverage, notes, problems and flags of `facts`.
void classify_document(const ReadOptions& options, Outline& outline, PlanFacts& facts);

}  // namespace tidegate::plan

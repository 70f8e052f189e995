// SPDX-License-Identifier: Apache-2.0
// The answer to one plan.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "plan/reader.hpp"
#include "policy/finding.hpp"

namespace tidegate::verdict {

struct Verdict {
  std::string word{};              // allowed, blocked, unreadable, unsupported, incomplete
  ExitCode exit = ExitCode::internal;
  std::string reason{};            // one line
  std::string sha256{};            // of the bytes of the input
  std::size_t rules = 0;           // evaluated
  plan::PlanFacts facts{};
  std::vector<policy::Finding> findings{};  // sorted, most severe first
  std::size_t count(policy::Level level) const;
};

Verdict make_verdict(plan::PlanFacts facts, std::vector<policy::Finding> findings, std::size_t rules, std::string sha256);

// 32 hex digits, equal for the same rule, address, generation and attribute.
std::string id_of(const policy::Finding& finding);

struct TextOptions {
  bool colour = false;
};

std::string render_text(const Verdict& verdict, const TextOptions& options = {});
std::string render_json(const Verdict& verdict);

}  // namespace tidegate::verdict

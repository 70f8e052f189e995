// SPDX-License-Identifier: Apache-2.0
// The receipt of a verdict: an in-toto Statement with SLSA's verification summary, unsigned
// (docs/formats/receipt.md). Pure: time and command come from outside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verdict/verdict.hpp"

namespace tidegate::verdict {

struct Subject {
  std::string name{};
  std::string sha256{};
};

struct ReceiptFacts {
  std::string time{};                       // 2026-12-01T08:30:00Z
  Subject plan{};                           // the binary plan; the JSON where only that was given
  std::optional<Subject> artifact{};        // what the plan deploys
  std::vector<std::string> command{};       // argv; secrets are hidden here
  std::optional<int> command_exit{};        // once it has ended
};

std::string render_receipt(const Verdict& verdict, const ReceiptFacts& facts);

// The words of a command line without what may be a secret: values of -var, and what looks like one.
std::vector<std::string> shown_command(const std::vector<std::string>& command);

}  // namespace tidegate::verdict

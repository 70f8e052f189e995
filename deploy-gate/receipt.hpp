// SPDX-License-Identifier: Apache-2.0
// --receipt FILE: what was checked and said, for whoever signs and keeps it.
#pragma once

#include <string>

#include "base/result.hpp"
#include "deploy-gate/command.hpp"
#include "policy/organisation/moment.hpp"
#include "verdict/receipt.hpp"

namespace tidegate::gate {

struct ReceiptOptions {
  std::string file{};      // empty: none is written
  std::string artifact{};  // as on the command line
};

void add_receipt_options(commandline::Command command, ReceiptOptions& options);

// What the command line says, at this time; the plan is still to be named. Exit 64, code gate.usage.
Result<verdict::ReceiptFacts> receipt_facts(const ReceiptOptions& options, organisation::Seconds now);

// Whole or not at all. Code system.write-failed.
Status write_receipt(const ReceiptOptions& options, const verdict::Verdict& verdict, const verdict::ReceiptFacts& facts);

}  // namespace tidegate::gate

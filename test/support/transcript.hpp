// SPDX-License-Identifier: Apache-2.0
// Commands and outputs in documents. A fenced block ```console holds lines `$ command`, each
// followed by what it prints (both outputs as a terminal shows them) and, unless the exit code is
// 0, by
// `(exit N)`. A comment `<!-- setup` … `-->`, each mark on its own line, holds commands that run
// unseen.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace tidegate::test {

struct Step {
  std::string command{};
  std::string expected{};  // lines, without the newline at the end
  std::string found{};     // after run_document
};

// Runs the commands of a document in order, in `folder`: a command starts where the one before it
// ended (`cd` counts), with our programs first on PATH and git without the user's configuration.
// Gives the shown steps and sets `rewritten` to the document with what was found. A failing command
// of the setup is an error.
Result<std::vector<Step>> run_document(const std::string& text, const std::string& folder,
                                       std::string& rewritten);

// What two runs may differ in is masked: hex of 12 and more digits, numbers before " bytes",
// seconds with two decimals.
std::string masked(const std::string& output);

}  // namespace tidegate::test

// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/receipt.hpp"

#include <algorithm>
#include <utility>

#include "deploy-gate/judge.hpp"
#include "system/file_sink.hpp"

namespace tidegate::gate {

namespace {

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

void add_receipt_options(commandline::Command command, ReceiptOptions& options) {
  command.add_option("--receipt", options.file, "write a receipt, an unsigned in-toto statement, there").suggest_files();
  command.add_option("--artifact-identity", options.artifact,
                     "[NAME@]sha256:HEX of the artifact that the plan deploys; for the receipt");
}

Result<verdict::ReceiptFacts> receipt_facts(const ReceiptOptions& options, organisation::Seconds now) {
  verdict::ReceiptFacts facts;
  facts.time = organisation::to_time(now);
  if (!options.artifact.empty()) {
    const std::size_t at = options.artifact.rfind("sha256:");
    const bool named = at != std::string::npos && at > 0 && options.artifact[at - 1] == '@';
    if ((at != 0 && !named) || !is_digest(options.artifact.substr(at + 7))) {
      return usage_fault("--artifact-identity " + options.artifact, "expected [NAME@]sha256: and 64 hex digits, as tidegate build prints them");
    }
    facts.artifact = {.name = named ? options.artifact.substr(0, at - 1) : "artifact", .sha256 = options.artifact.substr(at + 7)};
  }
  return facts;
}

Status write_receipt(const ReceiptOptions& options, const verdict::Verdict& verdict, const verdict::ReceiptFacts& facts) {
  if (options.file.empty()) return Done{};
  return system::write_file(options.file, verdict::render_receipt(verdict, facts));
}

}  // namespace tidegate::gate
